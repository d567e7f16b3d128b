create external table if not exists clean_leave_day (
    employee_id bigint    comment 'who is on leave',
    leave_date  date      comment 'the day',
    kind        string    comment 'vacation, sick or parental',
    updated_at  timestamp comment 'UTC, last write at the source',
    run_id      string    comment 'run that landed this version'
)
comment 'One row per day of leave of an employee: its newest usable version.'
partitioned by (week_start date)
stored as parquet
location '${location}'
