create external table if not exists suspect_timesheets (
    suspect_rank    bigint    comment '1 = look at it first, within the week',
    timesheet_id    bigint    comment 'key of the source',
    employee_id     bigint    comment 'whose timesheet',
    country         string    comment 'country of employment',
    region          string    comment 'sales region',
    practice        string    comment 'line of business',
    grade           int       comment '1 analyst to 6 partner',
    main_project_id bigint    comment 'project with most hours',
    project_name    string    comment 'its name',
    main_client_id  bigint    comment 'its client',
    client_name     string    comment 'name of the client',
    approver_id     bigint    comment 'employee who approved',
    worked_hours    double    comment 'hours booked',
    capacity_hours  double    comment 'contract hours on working days that are neither holiday nor leave',
    score           double    comment '0 to 1, higher is more suspect',
    reason_codes    string    comment 'codes of the reasons, strongest first, joined by a comma',
    explanation     string    comment 'the facts with their numbers, no verdict',
    evidence        string    comment 'JSON list of reasons: code, feature, value, expected, contribution, sentence',
    model_version   string    comment 'model that scored',
    run_id          string    comment 'run that scored',
    scored_at       timestamp comment 'UTC'
)
comment 'One row per timesheet that auditors are asked to look at: the top one per cent of its week.'
partitioned by (week_start date)
stored as parquet
location '${location}'
