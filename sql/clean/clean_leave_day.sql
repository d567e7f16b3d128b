-- One row per day of leave of an employee: its newest usable version.
-- Its week is that of leave_date. Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_leave_day, deleted_leave_day (the new runs) and clean_leave_day (what was known before).
with versions as (
    select
        employee_id,
        leave_date,
        kind,
        updated_at,
        run_id
    from typed_leave_day
    where reject_reason is null
    union all
    select
        known.employee_id,
        known.leave_date,
        known.kind,
        known.updated_at,
        known.run_id
    from clean_leave_day as known
    left join deleted_leave_day as gone
        on gone.employee_id = known.employee_id
        and gone.leave_date = known.leave_date
    where gone.employee_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by employee_id, leave_date
            order by
                updated_at desc, run_id desc, kind desc
        ) as recency
    from versions
)
select
    employee_id,
    leave_date,
    kind,
    updated_at,
    run_id,
    cast(date_trunc('week', leave_date) as date) as week_start
from ranked
where recency = 1
