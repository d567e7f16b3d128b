-- Which entries were created or changed after their timesheet was approved? One row per entry.
-- Parameter: first week, as 2026-01-05.
select
    line.week_start,
    line.timesheet_id,
    line.employee_id,
    line.entry_id,
    line.project_id,
    line.work_date,
    line.hours,
    timesheet.approver_id,
    timesheet.approved_at,
    line.created_at,
    line.updated_at
from timesheet_line as line
join clean_timesheet as timesheet
    on timesheet.timesheet_id = line.timesheet_id
    and timesheet.week_start = line.week_start
where line.is_changed_late
    and line.week_start >= cast(? as date)
order by line.updated_at desc, line.entry_id
