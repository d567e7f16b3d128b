-- One row per week whose features do not know the newest submission or approval that clean_timesheet knows.
with known as (
    select
        timesheet.week_start,
        max(timesheet.submitted_at) as submitted_at,
        max(timesheet.approved_at)  as approved_at
    from clean_timesheet as timesheet
    where timesheet.employee_id in (select employee_id from clean_employee)
    group by timesheet.week_start
),
featured as (
    select
        week_start,
        max(submitted_at) as submitted_at,
        max(approved_at)  as approved_at
    from timesheet_features
    group by week_start
)
select
    known.week_start,
    known.submitted_at,
    known.approved_at
from known
left join featured
    on featured.week_start = known.week_start
where featured.week_start is null
    or known.submitted_at is distinct from featured.submitted_at
    or known.approved_at is distinct from featured.approved_at
