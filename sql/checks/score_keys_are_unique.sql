-- One row per timesheet that is scored, or listed as a suspect, more than once.
select 'timesheet_scores' as table_name, timesheet_id, count(*) as copies
from timesheet_scores
group by timesheet_id
having count(*) > 1
union all
select 'suspect_timesheets' as table_name, timesheet_id, count(*) as copies
from suspect_timesheets
group by timesheet_id
having count(*) > 1
