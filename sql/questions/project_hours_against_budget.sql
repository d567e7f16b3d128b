-- How much of its budget has this project used, and by whom without an assignment? One row per week with hours.
-- Parameter: project_id.
select
    budget.week_start,
    budget.hours,
    project_week.unassigned_hours,
    project_week.employees,
    budget.used_hours,
    budget.budget_hours,
    budget.used_share
from project_budget as budget
join project_week
    on project_week.project_id = budget.project_id
    and project_week.week_start = budget.week_start
where budget.project_id = ?
order by budget.week_start
