create external table if not exists employee_project_week (
    timesheet_id      bigint comment 'key of the source',
    employee_id       bigint comment 'who worked',
    project_id        bigint comment 'project',
    client_id         bigint comment 'client who pays, 0 = internal',
    billing           string comment 'TM, FIXED, COST_PLUS or INTERNAL',
    hours             double comment 'hours booked',
    unassigned_hours  double comment 'of these, without an assignment',
    off_books_hours   double comment 'of these, before the project started or after it ended',
    split_entry_hours double comment 'of these, split so that each entry of a day stays within the second-approval limit and the sum does not'
)
comment 'One row per timesheet and project: the hours booked on it.'
partitioned by (week_start date)
stored as parquet
location '${location}'
