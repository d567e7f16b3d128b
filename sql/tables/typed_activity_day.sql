create external table if not exists typed_activity_day (
    employee_id   bigint    comment 'who was seen',
    activity_date date      comment 'the day',
    badge         boolean   comment 'seen by a badge reader',
    vpn_minutes   int       comment 'minutes connected to the VPN',
    updated_at    timestamp comment 'UTC, last write at the source',
    reject_reason string    comment 'why the row cannot be used, null = usable',
    reject_column string    comment 'column that is wrong',
    observed      string    comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a day on which badge or VPN saw an employee, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
