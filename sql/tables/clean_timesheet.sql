create external table if not exists clean_timesheet (
    timesheet_id   bigint    comment 'key of the source',
    employee_id    bigint    comment 'whose timesheet',
    submitted_at   timestamp comment 'UTC, handed in by the employee',
    approved_at    timestamp comment 'UTC, approved',
    approver_id    bigint    comment 'employee who approved',
    l2_approver_id bigint    comment 'second approver, needed above 10 hours in one entry',
    updated_at     timestamp comment 'UTC, last write at the source',
    run_id         string    comment 'run that landed this version'
)
comment 'One row per timesheet (one employee, one week): its newest usable version.'
partitioned by (week_start date)
stored as parquet
location '${location}'
