create external table if not exists project_budget (
    project_id   bigint comment 'project',
    week_start   date   comment 'Monday of the week',
    hours        double comment 'hours booked in the week',
    used_hours   double comment 'hours booked up to the end of the week',
    budget_hours double comment 'hours sold or planned',
    used_share   double comment 'used hours per budget hour, null without a budget'
)
comment 'One row per project and week with hours: how much of the budget is used by the end of the week.'
stored as parquet
location '${location}'
