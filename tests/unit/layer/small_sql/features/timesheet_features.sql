-- One row per timesheet.
-- Looks back 2 weeks.
select entry_id as timesheet_id, sum(hours) over (order by week_start) as hours, week_start
from clean_entry cross join clean_country
