create external table if not exists timesheet_line (
    entry_id        bigint    comment 'key of the source',
    timesheet_id    bigint    comment 'timesheet it belongs to',
    employee_id     bigint    comment 'who worked',
    project_id      bigint    comment 'project it is booked on',
    client_id       bigint    comment 'client who pays, 0 = internal',
    country         string    comment 'country of employment',
    work_date       date      comment 'day worked',
    hours           double    comment 'hours worked',
    task            int       comment 'task code',
    billing         string    comment 'TM, FIXED, COST_PLUS or INTERNAL',
    source          string    comment 'web, mobile, copy or import',
    grade           int       comment 'grade held',
    bill_grade      int       comment 'grade billed to the client',
    is_assigned     boolean   comment 'an assignment to the project covers the day, or the project is internal',
    is_off_books    boolean   comment 'the day lies before the project started or after it ended',
    is_changed_late boolean   comment 'created or changed after the timesheet was approved',
    created_at      timestamp comment 'UTC, when it was keyed',
    keyed_at_local  timestamp comment 'the same in the local time of the country of employment',
    updated_at      timestamp comment 'UTC, last write at the source'
)
comment 'One row per timesheet entry that belongs to a known timesheet, employee, project and week.'
partitioned by (week_start date)
stored as parquet
location '${location}'
