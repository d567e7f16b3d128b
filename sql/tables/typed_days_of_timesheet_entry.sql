create external table if not exists typed_days_of_timesheet_entry (
    work_date  date          comment 'day worked, null = entries without one',
    row_count  bigint        comment 'entries of the source',
    hours      decimal(18,2) comment 'their hours',
    updated_at timestamp     comment 'UTC, their last write'
)
comment 'One row per day worked and sweep: what the source had.'
partitioned by (run_id string)
stored as parquet
location '${location}'
