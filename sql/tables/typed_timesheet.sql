create external table if not exists typed_timesheet (
    timesheet_id   bigint    comment 'key of the source',
    employee_id    bigint    comment 'whose timesheet',
    week_start     date      comment 'Monday of the week',
    submitted_at   timestamp comment 'UTC, handed in by the employee',
    approved_at    timestamp comment 'UTC, approved',
    approver_id    bigint    comment 'employee who approved',
    l2_approver_id bigint    comment 'second approver, needed above 10 hours in one entry',
    updated_at     timestamp comment 'UTC, last write at the source',
    reject_reason  string    comment 'why the row cannot be used, null = usable',
    reject_column  string    comment 'column that is wrong',
    observed       string    comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a timesheet (one employee, one week), with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
