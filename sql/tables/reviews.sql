create external table if not exists reviews (
    timesheet_id bigint    comment 'timesheet that was reviewed',
    disposition  string    comment 'confirmed, cleared or inconclusive',
    reason       string    comment 'why, in the words of the reviewer',
    reviewer     string    comment 'who reviewed',
    reviewed_at  timestamp comment 'UTC'
)
comment 'One row per disposition of an auditor. Written by the review function.'
stored as parquet
location '${location}'
