CREATE TABLE timesheets.training_set__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/models/training/d20261122t090000_0a1b2c3d/'
) AS
WITH timesheet_features AS (
  SELECT
    timesheet_id,
    hours,
    week_start
  FROM timesheets.timesheet_features__d20261122t090000_0a1b2c3d
  UNION ALL
  SELECT
    timesheet_id,
    hours,
    week_start
  FROM timesheets.timesheet_features
  WHERE
    NOT week_start BETWEEN CAST('2026-01-26' AS DATE) AND CAST('2026-02-09' AS DATE)
), built AS (
  SELECT
    *
  FROM timesheet_features
)
SELECT
  timesheet_id,
  hours,
  week_start
FROM built
