CREATE TABLE timesheets.clean_entry__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/tables/clean_entry/run_id=d20261122t090000_0a1b2c3d/',
  partitioned_by=ARRAY['week_start']
) AS
WITH clean_entry AS (
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry
  WHERE
    week_start = CAST('2026-01-26' AS DATE)
), typed_entry AS (
  SELECT
    entry_id,
    work_date,
    hours,
    run_id
  FROM timesheets.typed_entry__d20261122t090000_0a1b2c3d
), versions AS (
  SELECT
    entry_id,
    hours,
    run_id,
    CAST(DATE_TRUNC('WEEK', work_date) AS DATE) AS week_start
  FROM typed_entry
  UNION ALL
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM clean_entry
), built AS (
  SELECT
    entry_id,
    MAX(hours) AS hours,
    MAX(run_id) AS run_id,
    MAX(week_start) AS week_start
  FROM versions
  GROUP BY
    1
)
SELECT
  CAST(entry_id AS BIGINT) AS entry_id,
  CAST(hours AS DECIMAL(5, 2)) AS hours,
  CAST(run_id AS VARCHAR) AS run_id,
  CAST(week_start AS DATE) AS week_start
FROM built
WHERE
  week_start = CAST('2026-01-26' AS DATE)
