-- The entries as a source has them: the second run misses the first day, corrects the second and has a third one.
{{ config(materialized='table') }}
select cast(entry_id as integer) as entry_id, cast(hours as decimal(5, 2)) as hours, work_date
from (
    values
    {% if var('run') == 1 %}
        (1, 7.5, date '2026-01-05'),
        (2, 8.0, date '2026-01-06')
    {% else %}
        (2, 4.0, date '2026-01-06'),
        (3, 0.5, date '2026-01-06'),
        (4, 6.0, date '2026-01-07')
    {% endif %}
) as entry (entry_id, hours, work_date)
