create external table if not exists project_week (
    project_id       bigint comment 'project',
    hours            double comment 'hours booked by everybody',
    unassigned_hours double comment 'of these, without an assignment',
    employees        bigint comment 'people who booked'
)
comment 'One row per project and week with hours.'
partitioned by (week_start date)
stored as parquet
location '${location}'
