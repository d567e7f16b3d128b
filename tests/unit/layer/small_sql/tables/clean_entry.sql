create external table if not exists clean_entry (entry_id bigint comment 'key', hours decimal(5,2), run_id string)
comment 'One row per entry.' partitioned by (week_start date) stored as parquet location '${location}'
