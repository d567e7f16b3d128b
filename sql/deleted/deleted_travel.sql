-- One row per journey that the source does not have any more: its last known version.
-- Reads raw_keys_of_travel (the keys of the new sweeps) and clean_travel as it stood before the run.
-- Read by clean_travel.
with present as (
    select distinct
        travel_id
    from raw_keys_of_travel
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_travel
    having count(*) > 0
)
select
    known.travel_id,
    known.employee_id,
    known.start_date,
    known.end_date,
    known.country,
    known.updated_at,
    known.run_id as landed_by,
    sweep.run_id
from clean_travel as known
cross join sweep
left join present
    on present.travel_id = known.travel_id
where present.travel_id is null
