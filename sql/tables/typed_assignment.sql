create external table if not exists typed_assignment (
    assignment_id bigint    comment 'key of the source',
    employee_id   bigint    comment 'who is assigned',
    project_id    bigint    comment 'to which project',
    start_date    date      comment 'first day',
    end_date      date      comment 'last day',
    alloc_pct     int       comment 'per cent of the working time',
    updated_at    timestamp comment 'UTC, last write at the source',
    reject_reason string    comment 'why the row cannot be used, null = usable',
    reject_column string    comment 'column that is wrong',
    observed      string    comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of an assignment of an employee to a project, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
