create external table if not exists timesheet_scores (
    timesheet_id  bigint    comment 'key of the source',
    employee_id   bigint    comment 'whose timesheet',
    score         double    comment '0 to 1, higher is more suspect',
    reason_codes  string    comment 'codes of the reasons, strongest first, joined by a comma',
    explanation   string    comment 'the facts with their numbers, no verdict',
    evidence      string    comment 'JSON list of reasons: code, feature, value, expected, contribution, sentence',
    model_version string    comment 'model that scored',
    run_id        string    comment 'run that scored',
    scored_at     timestamp comment 'UTC'
)
comment 'One row per timesheet of the weeks scored: its newest score. Written by the scoring function.'
partitioned by (week_start date)
stored as parquet
location '${location}'
