-- What stands on this timesheet? One row per entry. Parameter: timesheet_id.
select
    line.work_date,
    line.entry_id,
    line.project_id,
    project.name as project_name,
    line.billing,
    line.hours,
    line.task,
    line.source,
    line.grade,
    line.bill_grade,
    line.is_assigned,
    line.is_off_books,
    line.is_changed_late,
    line.keyed_at_local
from timesheet_line as line
left join clean_project as project
    on project.project_id = line.project_id
where line.timesheet_id = ?
order by line.work_date, line.entry_id
