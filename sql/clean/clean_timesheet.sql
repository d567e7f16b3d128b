-- One row per timesheet (one employee, one week): its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_timesheet, deleted_timesheet (the new runs) and clean_timesheet (what was known before).
with versions as (
    select
        timesheet_id,
        employee_id,
        week_start,
        submitted_at,
        approved_at,
        approver_id,
        l2_approver_id,
        updated_at,
        run_id
    from typed_timesheet
    where reject_reason is null
    union all
    select
        known.timesheet_id,
        known.employee_id,
        known.week_start,
        known.submitted_at,
        known.approved_at,
        known.approver_id,
        known.l2_approver_id,
        known.updated_at,
        known.run_id
    from clean_timesheet as known
    left join deleted_timesheet as gone
        on gone.timesheet_id = known.timesheet_id
    where gone.timesheet_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by timesheet_id
            order by
                updated_at desc, run_id desc, employee_id desc, week_start desc,
                submitted_at desc, approved_at desc, approver_id desc, l2_approver_id desc
        ) as recency
    from versions
)
select
    timesheet_id,
    employee_id,
    submitted_at,
    approved_at,
    approver_id,
    l2_approver_id,
    updated_at,
    run_id,
    week_start
from ranked
where recency = 1
