create external table if not exists typed_employee (
    employee_id   bigint       comment 'key of the source',
    country       string       comment 'country of employment',
    region        string       comment 'sales region',
    practice      string       comment 'line of business',
    grade         int          comment '1 analyst to 6 partner',
    manager_id    bigint       comment 'employee who manages this one',
    hire_date     date         comment 'first day of employment',
    term_date     date         comment 'last day of employment, if it ended',
    fte           decimal(3,2) comment 'share of a full-time contract',
    weekly_hours  decimal(4,2) comment 'contractual hours of a full-time week',
    work_mode     string       comment 'office, hybrid, client_site or remote',
    updated_at    timestamp    comment 'UTC, last write at the source',
    reject_reason string       comment 'why the row cannot be used, null = usable',
    reject_column string       comment 'column that is wrong',
    observed      string       comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of an employee, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
