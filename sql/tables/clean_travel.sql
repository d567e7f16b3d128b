create external table if not exists clean_travel (
    travel_id   bigint    comment 'key of the source',
    employee_id bigint    comment 'who travels',
    start_date  date      comment 'first day away',
    end_date    date      comment 'last day away',
    country     string    comment 'where to',
    updated_at  timestamp comment 'UTC, last write at the source',
    run_id      string    comment 'run that landed this version'
)
comment 'One row per journey of an employee: its newest usable version.'
stored as parquet
location '${location}'
