create external table if not exists deleted_leave_day (
    employee_id bigint    comment 'who is on leave',
    leave_date  date      comment 'the day',
    kind        string    comment 'vacation, sick or parental',
    updated_at  timestamp comment 'UTC, last write at the source',
    week_start  date      comment 'its week, a Monday',
    landed_by   string    comment 'run that landed this version'
)
comment 'One row per day of leave that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
