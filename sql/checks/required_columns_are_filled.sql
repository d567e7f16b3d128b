-- One row per timesheet whose features lack what every reader relies on.
select
    timesheet_id,
    week_start
from timesheet_features
where timesheet_id is null
    or employee_id is null
    or country is null
    or practice is null
    or worked_hours is null
    or billable_hours is null
