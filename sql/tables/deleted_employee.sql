create external table if not exists deleted_employee (
    employee_id  bigint       comment 'key of the source',
    country      string       comment 'country of employment',
    region       string       comment 'sales region',
    practice     string       comment 'line of business',
    grade        int          comment '1 analyst to 6 partner',
    manager_id   bigint       comment 'employee who manages this one',
    hire_date    date         comment 'first day of employment',
    term_date    date         comment 'last day of employment, if it ended',
    fte          decimal(3,2) comment 'share of a full-time contract',
    weekly_hours decimal(4,2) comment 'contractual hours of a full-time week',
    work_mode    string       comment 'office, hybrid, client_site or remote',
    updated_at   timestamp    comment 'UTC, last write at the source',
    landed_by    string       comment 'run that landed this version'
)
comment 'One row per employee that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
