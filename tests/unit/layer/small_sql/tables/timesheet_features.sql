create external table if not exists timesheet_features (timesheet_id bigint, hours double)
partitioned by (week_start date) stored as parquet location '${location}'
