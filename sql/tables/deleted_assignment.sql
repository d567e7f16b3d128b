create external table if not exists deleted_assignment (
    assignment_id bigint    comment 'key of the source',
    employee_id   bigint    comment 'who is assigned',
    project_id    bigint    comment 'to which project',
    start_date    date      comment 'first day',
    end_date      date      comment 'last day',
    alloc_pct     int       comment 'per cent of the working time',
    updated_at    timestamp comment 'UTC, last write at the source',
    landed_by     string    comment 'run that landed this version'
)
comment 'One row per assignment that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
