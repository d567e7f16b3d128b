WITH clean_entry AS (
  SELECT
    entry_id,
    hours,
    run_id,
    week_start
  FROM timesheets.clean_entry__d20261122t090000_0a1b2c3d
  WHERE
    week_start = CAST('2026-01-26' AS DATE)
), built AS (
  SELECT
    entry_id
  FROM clean_entry
  GROUP BY
    entry_id
  HAVING
    COUNT(*) > 1
)
SELECT
  'keys_are_unique' AS check_name,
  COUNT(*) AS violations
FROM built
