CREATE TABLE timesheets.timesheet_features__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/tables/timesheet_features/run_id=d20261122t090000_0a1b2c3d/',
  partitioned_by=ARRAY['week_start']
) AS
WITH clean_country AS (
  SELECT
    country
  FROM timesheets.clean_country
), clean_entry AS (
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry__d20261122t090000_0a1b2c3d
  WHERE
    week_start = CAST('2026-01-26' AS DATE)
  UNION ALL
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry
  WHERE
    week_start BETWEEN CAST('2026-01-12' AS DATE) AND CAST('2026-01-19' AS DATE)
    OR week_start BETWEEN CAST('2026-02-02' AS DATE) AND CAST('2026-02-09' AS DATE)
), built AS (
  SELECT
    entry_id AS timesheet_id,
    SUM(hours) OVER (ORDER BY week_start) AS hours,
    week_start
  FROM clean_entry
  CROSS JOIN clean_country
)
SELECT
  CAST(timesheet_id AS BIGINT) AS timesheet_id,
  CAST(hours AS DOUBLE) AS hours,
  CAST(week_start AS DATE) AS week_start
FROM built
WHERE
  week_start BETWEEN CAST('2026-01-26' AS DATE) AND CAST('2026-02-09' AS DATE)
