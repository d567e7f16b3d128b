-- One row per country that the source does not have any more: its last known version.
-- Reads raw_country (all rows that the new runs landed) and clean_country as it stood before the run.
-- Read by clean_country.
with present as (
    select distinct
        country
    from raw_country
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_country
    having count(*) > 0
)
select
    known.country,
    known.utc_offset_min,
    known.work_days,
    known.weekly_hours,
    known.run_id as landed_by,
    sweep.run_id
from clean_country as known
cross join sweep
left join present
    on present.country = known.country
where present.country is null
