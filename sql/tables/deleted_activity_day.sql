create external table if not exists deleted_activity_day (
    employee_id   bigint    comment 'who was seen',
    activity_date date      comment 'the day',
    badge         boolean   comment 'seen by a badge reader',
    vpn_minutes   int       comment 'minutes connected to the VPN',
    updated_at    timestamp comment 'UTC, last write at the source',
    week_start    date      comment 'its week, a Monday',
    landed_by     string    comment 'run that landed this version'
)
comment 'One row per day of activity that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
