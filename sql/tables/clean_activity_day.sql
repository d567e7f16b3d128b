create external table if not exists clean_activity_day (
    employee_id   bigint    comment 'who was seen',
    activity_date date      comment 'the day',
    badge         boolean   comment 'seen by a badge reader',
    vpn_minutes   int       comment 'minutes connected to the VPN',
    updated_at    timestamp comment 'UTC, last write at the source',
    run_id        string    comment 'run that landed this version'
)
comment 'One row per day on which badge or VPN saw an employee: its newest usable version.'
partitioned by (week_start date)
stored as parquet
location '${location}'
