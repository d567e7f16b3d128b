-- One row per week of a weekly table that does not start on a Monday: the look-back counts in whole weeks.
with weeks as (
    select 'clean_timesheet' as table_name, week_start from clean_timesheet
    union
    select 'clean_timesheet_entry' as table_name, week_start from clean_timesheet_entry
    union
    select 'clean_leave_day' as table_name, week_start from clean_leave_day
    union
    select 'clean_activity_day' as table_name, week_start from clean_activity_day
    union
    select 'timesheet_features' as table_name, week_start from timesheet_features
)
select
    table_name,
    week_start
from weeks
where day_of_week(week_start) <> 1
    or week_start is null
