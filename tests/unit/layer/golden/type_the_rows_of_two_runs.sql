CREATE TABLE timesheets.typed_entry__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/tables/typed_entry/run_id=d20261122t090000_0a1b2c3d/',
  partitioned_by=ARRAY['run_id']
) AS
WITH raw_entry AS (
  SELECT
    *
  FROM timesheets.raw_entry
  WHERE
    run_id IN ('r1', 'r2')
), built AS (
  SELECT
    entry_id,
    TRY_CAST(work_date AS DATE) AS work_date,
    hours,
    run_id
  FROM raw_entry
)
SELECT
  CAST(entry_id AS BIGINT) AS entry_id,
  CAST(work_date AS DATE) AS work_date,
  CAST(hours AS DECIMAL(5, 2)) AS hours,
  CAST(run_id AS VARCHAR) AS run_id
FROM built
WHERE
  run_id IN ('r1', 'r2')
