-- One row per deleted timesheet entry: what it said, and whether its timesheet was approved when a key sweep missed it.
-- Reads deleted_timesheet_entry, deleted_timesheet (the new runs), clean_timesheet, and deleted_line (what was known
-- before). Read by employee_week, and by auditors.
with found as (
    select
        gone.entry_id,
        gone.timesheet_id,
        coalesce(timesheet.employee_id, gone_timesheet.employee_id) as employee_id,
        gone.project_id,
        gone.work_date,
        cast(gone.hours as double)                                  as hours,
        coalesce(timesheet.approved_at, gone_timesheet.approved_at) is not null as is_approved,
        gone.created_at,
        gone.updated_at,
        gone.run_id                                                 as found_by,
        gone.week_start
    from deleted_timesheet_entry as gone
    left join clean_timesheet as timesheet
        on timesheet.timesheet_id = gone.timesheet_id
    left join deleted_timesheet as gone_timesheet
        on gone_timesheet.timesheet_id = gone.timesheet_id
),
versions as (
    select
        entry_id,
        timesheet_id,
        employee_id,
        project_id,
        work_date,
        hours,
        is_approved,
        created_at,
        updated_at,
        found_by,
        week_start
    from found
    union all
    select
        entry_id,
        timesheet_id,
        employee_id,
        project_id,
        work_date,
        hours,
        is_approved,
        created_at,
        updated_at,
        found_by,
        week_start
    from deleted_line
),
ranked as (
    select
        versions.*,
        row_number() over (partition by entry_id, updated_at order by found_by) as recency
    from versions
)
select
    entry_id,
    timesheet_id,
    employee_id,
    project_id,
    work_date,
    hours,
    is_approved,
    created_at,
    updated_at,
    found_by,
    week_start
from ranked
where recency = 1
