-- One row per client that the source does not have any more: its last known version.
-- Reads raw_keys_of_client (the keys of the new sweeps) and clean_client as it stood before the run.
-- Read by clean_client.
with present as (
    select distinct
        client_id
    from raw_keys_of_client
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_client
    having count(*) > 0
)
select
    known.client_id,
    known.name,
    known.industry,
    known.updated_at,
    known.run_id as landed_by,
    sweep.run_id
from clean_client as known
cross join sweep
left join present
    on present.client_id = known.client_id
where present.client_id is null
