CREATE TABLE timesheets.clean_country__d20261122t090000_0a1b2c3d
WITH (
  format='PARQUET',
  write_compression='ZSTD',
  external_location='s3://lake/tables/clean_country/run_id=d20261122t090000_0a1b2c3d/'
) AS
WITH clean_country AS (
  SELECT
    country
  FROM timesheets.clean_country
), typed_country AS (
  SELECT
    country,
    run_id
  FROM timesheets.typed_country
  WHERE
    FALSE
), built AS (
  SELECT
    country
  FROM typed_country
  UNION
  SELECT
    country
  FROM clean_country
)
SELECT
  CAST(country AS VARCHAR) AS country
FROM built
