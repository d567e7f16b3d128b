create external table if not exists clean_timesheet_entry (
    entry_id             bigint       comment 'key of the source',
    timesheet_id         bigint       comment 'timesheet it belongs to',
    project_id           bigint       comment 'project it is booked on',
    work_date            date         comment 'day worked',
    hours                decimal(5,2) comment 'hours worked',
    task                 int          comment 'task code',
    bill_grade           int          comment 'grade billed to the client',
    source               string       comment 'web, mobile, copy or import',
    description_length   int          comment 'characters of the description, which is not ingested',
    description_is_plain boolean      comment 'false = control characters or emoji in the description',
    created_at           timestamp    comment 'UTC, when it was keyed',
    updated_at           timestamp    comment 'UTC, last write at the source',
    run_id               string       comment 'run that landed this version'
)
comment 'One row per timesheet entry: its newest usable version.'
partitioned by (week_start date)
stored as parquet
location '${location}'
