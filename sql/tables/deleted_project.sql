create external table if not exists deleted_project (
    project_id   bigint        comment 'key of the source',
    client_id    bigint        comment 'client who pays, 0 = internal',
    name         string        comment 'name of the project',
    practice     string        comment 'line of business',
    region       string        comment 'sales region',
    manager_id   bigint        comment 'employee who manages the project',
    billing      string        comment 'TM, FIXED, COST_PLUS or INTERNAL',
    start_date   date          comment 'first day of the project',
    end_date     date          comment 'planned last day',
    closed_date  date          comment 'day the books were closed, if they were',
    budget_hours decimal(12,2) comment 'hours sold or planned',
    updated_at   timestamp     comment 'UTC, last write at the source',
    landed_by    string        comment 'run that landed this version'
)
comment 'One row per project that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
