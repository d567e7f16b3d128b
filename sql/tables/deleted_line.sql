create external table if not exists deleted_line (
    entry_id     bigint    comment 'key of the source',
    timesheet_id bigint    comment 'timesheet it belonged to',
    employee_id  bigint    comment 'whose timesheet',
    project_id   bigint    comment 'project it was booked on',
    work_date    date      comment 'day worked',
    hours        double    comment 'hours worked',
    is_approved  boolean   comment 'the timesheet was approved when the entry was found missing',
    created_at   timestamp comment 'UTC, when it was keyed',
    updated_at   timestamp comment 'UTC, last write at the source',
    found_by     string    comment 'run that found it missing'
)
comment 'One row per deleted timesheet entry: what it said before.'
partitioned by (week_start date)
stored as parquet
location '${location}'
