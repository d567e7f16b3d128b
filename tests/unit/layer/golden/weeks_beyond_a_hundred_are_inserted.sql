INSERT INTO timesheets.clean_entry__d20261122t090000_0a1b2c3d
WITH clean_entry AS (
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry
  WHERE
    FALSE
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
  week_start BETWEEN CAST('2027-12-06' AS DATE) AND CAST('2028-11-13' AS DATE)
