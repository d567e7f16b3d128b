create external table if not exists typed_timesheet_entry (
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
    reject_reason        string       comment 'why the row cannot be used, null = usable',
    reject_column        string       comment 'column that is wrong',
    observed             string       comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a timesheet entry, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
