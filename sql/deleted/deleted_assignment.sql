-- One row per assignment that the source does not have any more: its last known version.
-- Reads raw_keys_of_assignment (the keys of the new sweeps) and clean_assignment as it stood before the run.
-- Read by clean_assignment.
with present as (
    select distinct
        assignment_id
    from raw_keys_of_assignment
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_assignment
    having count(*) > 0
)
select
    known.assignment_id,
    known.employee_id,
    known.project_id,
    known.start_date,
    known.end_date,
    known.alloc_pct,
    known.updated_at,
    known.run_id as landed_by,
    sweep.run_id
from clean_assignment as known
cross join sweep
left join present
    on present.assignment_id = known.assignment_id
where present.assignment_id is null
