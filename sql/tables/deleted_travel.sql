create external table if not exists deleted_travel (
    travel_id   bigint    comment 'key of the source',
    employee_id bigint    comment 'who travels',
    start_date  date      comment 'first day away',
    end_date    date      comment 'last day away',
    country     string    comment 'where to',
    updated_at  timestamp comment 'UTC, last write at the source',
    landed_by   string    comment 'run that landed this version'
)
comment 'One row per journey that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
