-- One row per project and week with hours. Reads employee_project_week. Read by project_budget.
select
    project_id,
    sum(hours)                  as hours,
    sum(unassigned_hours)       as unassigned_hours,
    count(distinct employee_id) as employees,
    week_start
from employee_project_week
group by project_id, week_start
