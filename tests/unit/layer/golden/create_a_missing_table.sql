CREATE EXTERNAL TABLE IF NOT EXISTS timesheets.clean_entry (
  entry_id BIGINT COMMENT 'key',
  hours DECIMAL(5, 2),
  run_id STRING
)
COMMENT 'One row per entry.'
PARTITIONED BY (
  week_start DATE
)
STORED AS PARQUET
LOCATION 's3://lake/tables/clean_entry/empty/'
