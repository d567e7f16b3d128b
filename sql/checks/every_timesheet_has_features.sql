-- One row per timesheet of a known employee without features, or with features that are older than it (no feature row
-- of its week and employee), and per feature row without a timesheet.
with timesheet as (
    select
        clean_timesheet.timesheet_id,
        clean_timesheet.employee_id,
        clean_timesheet.week_start
    from clean_timesheet
    join clean_employee
        on clean_employee.employee_id = clean_timesheet.employee_id
)
select
    coalesce(timesheet.timesheet_id, features.timesheet_id) as timesheet_id,
    coalesce(timesheet.week_start, features.week_start)     as week_start
from timesheet
full outer join timesheet_features as features
    on features.timesheet_id = timesheet.timesheet_id
    and features.employee_id = timesheet.employee_id
    and features.week_start = timesheet.week_start
where timesheet.timesheet_id is null
    or features.timesheet_id is null
