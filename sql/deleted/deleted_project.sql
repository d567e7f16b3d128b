-- One row per project that the source does not have any more: its last known version.
-- Reads raw_keys_of_project (the keys of the new sweeps) and clean_project as it stood before the run.
-- Read by clean_project.
with present as (
    select distinct
        project_id
    from raw_keys_of_project
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_project
    having count(*) > 0
)
select
    known.project_id,
    known.client_id,
    known.name,
    known.practice,
    known.region,
    known.manager_id,
    known.billing,
    known.start_date,
    known.end_date,
    known.closed_date,
    known.budget_hours,
    known.updated_at,
    known.run_id as landed_by,
    sweep.run_id
from clean_project as known
cross join sweep
left join present
    on present.project_id = known.project_id
where present.project_id is null
