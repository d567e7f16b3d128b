-- One row per project and week with hours: how much of its budget is used by the end of the week.
-- Whole, not weekly: the use of a budget has no look-back, it counts every week since the project started.
-- Reads project_week, which is small. Read by timesheet_features.
with running as (
    select
        project_id,
        week_start,
        hours,
        sum(hours) over (
            partition by project_id
            order by week_start
            rows between unbounded preceding and current row
        ) as used_hours
    from project_week
)
select
    running.project_id,
    running.week_start,
    running.hours,
    running.used_hours,
    cast(project.budget_hours as double) as budget_hours,
    case
        when project.budget_hours > 0 then running.used_hours / cast(project.budget_hours as double)
    end as used_share
from running
join clean_project as project
    on project.project_id = running.project_id
