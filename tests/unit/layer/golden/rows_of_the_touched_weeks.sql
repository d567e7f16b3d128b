WITH typed_entry AS (
  SELECT
    entry_id,
    work_date,
    hours,
    run_id
  FROM timesheets.typed_entry__d20261122t090000_0a1b2c3d
), built AS (
  SELECT DISTINCT
    'clean_entry' AS table_name,
    CAST(DATE_TRUNC('WEEK', work_date) AS DATE) AS week_start
  FROM typed_entry
)
SELECT
  *
FROM built
