-- One row per key that a clean table holds more than once.
select
    'clean_country' as table_name,
    country as row_key,
    count(*) as copies
from clean_country
group by country
having count(*) > 1
union all
select
    'clean_holiday' as table_name,
    concat_ws('|', country, cast(holiday_date as varchar)) as row_key,
    count(*) as copies
from clean_holiday
group by country, holiday_date
having count(*) > 1
union all
select
    'clean_employee' as table_name,
    cast(employee_id as varchar) as row_key,
    count(*) as copies
from clean_employee
group by employee_id
having count(*) > 1
union all
select
    'clean_client' as table_name,
    cast(client_id as varchar) as row_key,
    count(*) as copies
from clean_client
group by client_id
having count(*) > 1
union all
select
    'clean_project' as table_name,
    cast(project_id as varchar) as row_key,
    count(*) as copies
from clean_project
group by project_id
having count(*) > 1
union all
select
    'clean_assignment' as table_name,
    cast(assignment_id as varchar) as row_key,
    count(*) as copies
from clean_assignment
group by assignment_id
having count(*) > 1
union all
select
    'clean_leave_day' as table_name,
    concat_ws('|', cast(employee_id as varchar), cast(leave_date as varchar)) as row_key,
    count(*) as copies
from clean_leave_day
group by employee_id, leave_date
having count(*) > 1
union all
select
    'clean_travel' as table_name,
    cast(travel_id as varchar) as row_key,
    count(*) as copies
from clean_travel
group by travel_id
having count(*) > 1
union all
select
    'clean_activity_day' as table_name,
    concat_ws('|', cast(employee_id as varchar), cast(activity_date as varchar)) as row_key,
    count(*) as copies
from clean_activity_day
group by employee_id, activity_date
having count(*) > 1
union all
select
    'clean_timesheet' as table_name,
    cast(timesheet_id as varchar) as row_key,
    count(*) as copies
from clean_timesheet
group by timesheet_id
having count(*) > 1
union all
select
    'clean_timesheet_entry' as table_name,
    cast(entry_id as varchar) as row_key,
    count(*) as copies
from clean_timesheet_entry
group by entry_id
having count(*) > 1
