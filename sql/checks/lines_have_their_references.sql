-- One row per line whose timesheet, employee or project is not known, or whose week is not that of its timesheet.
select
    line.entry_id,
    line.week_start
from timesheet_line as line
left join clean_timesheet as timesheet
    on timesheet.timesheet_id = line.timesheet_id
    and timesheet.employee_id = line.employee_id
    and timesheet.week_start = line.week_start
left join clean_employee as employee
    on employee.employee_id = line.employee_id
left join clean_project as project
    on project.project_id = line.project_id
where timesheet.timesheet_id is null
    or employee.employee_id is null
    or project.project_id is null
