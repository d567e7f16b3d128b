-- One row per timesheet entry that belongs to a known timesheet, employee and project, within the timesheet's week.
-- Entries that do not are in quarantine. What the source does not know (assignments, project dates, grades billed, times of
-- keying, approvals) is null. Read by employee_project_week and employee_week, and by auditors.
with marked as (
    select
        employee_id,
        project_id,
        assignment_id,
        start_date,
        end_date,
        case
            when start_date <= max(end_date) over (
                partition by employee_id, project_id
                order by start_date, end_date, assignment_id
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as is_first
    from clean_assignment
    where start_date <= end_date
),
numbered as (
    select
        marked.*,
        sum(is_first) over (
            partition by employee_id, project_id
            order by start_date, end_date, assignment_id
            rows between unbounded preceding and current row
        ) as span_number
    from marked
),
assigned_span as (                                     -- spans of a person on a project never overlap
    select
        employee_id,
        project_id,
        min(start_date) as start_date,
        max(end_date)   as end_date
    from numbered
    group by employee_id, project_id, span_number
),
assignment_count as (
    select count(*) as assignments
    from clean_assignment
)
select
    entry.entry_id,
    entry.timesheet_id,
    timesheet.employee_id,
    entry.project_id,
    project.client_id,
    employee.country,
    entry.work_date,
    cast(entry.hours as double) as hours,
    entry.task,
    project.billing,
    entry.source,
    employee.grade,
    entry.bill_grade,
    case
        when assignment_count.assignments = 0 then null
        else assigned_span.employee_id is not null or project.client_id = 0
    end as is_assigned,
    entry.work_date < project.start_date
        or entry.work_date > case
            when project.start_date is null then project.closed_date
            else coalesce(project.closed_date, date '9999-12-31')
        end as is_off_books,
    entry.updated_at > timesheet.approved_at as is_changed_late,
    entry.created_at,
    date_add('minute', coalesce(country.utc_offset_min, 0), entry.created_at) as keyed_at_local,
    entry.updated_at,
    entry.week_start
from clean_timesheet_entry as entry
join clean_timesheet as timesheet
    on timesheet.timesheet_id = entry.timesheet_id
    and timesheet.week_start = entry.week_start
join clean_employee as employee
    on employee.employee_id = timesheet.employee_id
join clean_project as project
    on project.project_id = entry.project_id
cross join assignment_count
left join clean_country as country
    on country.country = employee.country
left join assigned_span
    on assigned_span.employee_id = timesheet.employee_id
    and assigned_span.project_id = entry.project_id
    and entry.work_date between assigned_span.start_date and assigned_span.end_date
