-- One row per week in which the hours of the valid entries are not those of the lines, of the projects, of the
-- employees and of the features: nothing may be lost or counted twice on the way.
with stage_hours as (
    select entry.week_start, 'clean_timesheet_entry' as stage, cast(entry.hours as double) as hours
    from clean_timesheet_entry as entry
    join clean_timesheet as timesheet
        on timesheet.timesheet_id = entry.timesheet_id
        and timesheet.week_start = entry.week_start
    where timesheet.employee_id in (select employee_id from clean_employee)
        and entry.project_id in (select project_id from clean_project)
    union all
    select week_start, 'timesheet_line' as stage, hours
    from timesheet_line
    union all
    select week_start, 'employee_project_week' as stage, hours
    from employee_project_week
    union all
    select week_start, 'project_week' as stage, hours
    from project_week
    union all
    select week_start, 'employee_week' as stage, worked_hours as hours
    from employee_week
    union all
    select week_start, 'timesheet_features' as stage, worked_hours as hours
    from timesheet_features
),
week_hours as (
    select
        week_start,
        sum(case when stage = 'clean_timesheet_entry' then hours else 0e0 end) as clean_hours,
        sum(case when stage = 'timesheet_line' then hours else 0e0 end)        as line_hours,
        sum(case when stage = 'employee_project_week' then hours else 0e0 end) as employee_project_hours,
        sum(case when stage = 'project_week' then hours else 0e0 end)          as project_hours,
        sum(case when stage = 'employee_week' then hours else 0e0 end)         as employee_hours,
        sum(case when stage = 'timesheet_features' then hours else 0e0 end)    as feature_hours
    from stage_hours
    group by week_start
)
select
    week_start,
    clean_hours,
    line_hours,
    employee_project_hours,
    project_hours,
    employee_hours,
    feature_hours
from week_hours
where abs(line_hours - clean_hours) > 0.005e0
    or abs(employee_project_hours - clean_hours) > 0.005e0
    or abs(project_hours - clean_hours) > 0.005e0
    or abs(employee_hours - clean_hours) > 0.005e0
    or abs(feature_hours - clean_hours) > 0.005e0
