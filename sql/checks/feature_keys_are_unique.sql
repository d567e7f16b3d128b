-- One row per key that a table of the weekly chain holds more than once.
select 'timesheet_line' as table_name, cast(entry_id as varchar) as row_key, count(*) as copies
from timesheet_line
group by entry_id
having count(*) > 1
union all
select
    'employee_project_week' as table_name,
    concat_ws('|', cast(timesheet_id as varchar), cast(project_id as varchar)) as row_key,
    count(*) as copies
from employee_project_week
group by timesheet_id, project_id
having count(*) > 1
union all
select 'employee_week' as table_name, cast(timesheet_id as varchar) as row_key, count(*) as copies
from employee_week
group by timesheet_id
having count(*) > 1
union all
select 'timesheet_features' as table_name, cast(timesheet_id as varchar) as row_key, count(*) as copies
from timesheet_features
group by timesheet_id
having count(*) > 1
