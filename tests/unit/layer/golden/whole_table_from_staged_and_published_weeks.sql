CREATE TABLE timesheets.budget__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/tables/budget/run_id=d20261122t090000_0a1b2c3d/'
) AS
WITH clean_entry AS (
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry__d20261122t090000_0a1b2c3d
  UNION ALL
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry
  WHERE
    NOT week_start = CAST('2026-01-26' AS DATE)
), built AS (
  SELECT
    SUM(hours) AS hours
  FROM clean_entry
)
SELECT
  CAST(hours AS DOUBLE) AS hours
FROM built
