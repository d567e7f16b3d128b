create external table if not exists deleted_timesheet_entry (
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
    week_start           date         comment 'its week, a Monday',
    landed_by            string       comment 'run that landed this version'
)
comment 'One row per timesheet entry that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
