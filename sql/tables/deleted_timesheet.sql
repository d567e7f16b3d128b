create external table if not exists deleted_timesheet (
    timesheet_id   bigint    comment 'key of the source',
    employee_id    bigint    comment 'whose timesheet',
    submitted_at   timestamp comment 'UTC, handed in by the employee',
    approved_at    timestamp comment 'UTC, approved',
    approver_id    bigint    comment 'employee who approved',
    l2_approver_id bigint    comment 'second approver, needed above 10 hours in one entry',
    updated_at     timestamp comment 'UTC, last write at the source',
    week_start     date      comment 'its week, a Monday',
    landed_by      string    comment 'run that landed this version'
)
comment 'One row per timesheet that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
