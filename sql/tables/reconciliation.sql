create external table if not exists reconciliation (
    work_date    date          comment 'day worked, null = entries without one',
    source_rows  bigint        comment 'entries of the source when it was swept',
    lake_rows    bigint        comment 'entries of the lake after that run',
    source_hours decimal(18,2) comment 'hours of the source',
    lake_hours   decimal(18,2) comment 'hours of the lake',
    verdict      string        comment 'equal; newer at the source = it was written to since; different'
)
comment 'One row per day worked and sweep: source and lake side by side.'
partitioned by (run_id string)
stored as parquet
location '${location}'
