create external table if not exists typed_entry (entry_id bigint, work_date date, hours decimal(5,2))
partitioned by (run_id string) stored as parquet location '${location}'
