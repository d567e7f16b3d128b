create external table if not exists suspect_timesheets (timesheet_id bigint, score double)
partitioned by (week_start date) stored as parquet location '${location}'
