-- One row per employee that the source does not have any more: its last known version.
-- Reads raw_keys_of_employee (the keys of the new sweeps) and clean_employee as it stood before the run.
-- Read by clean_employee.
with present as (
    select distinct
        employee_id
    from raw_keys_of_employee
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_employee
    having count(*) > 0
)
select
    known.employee_id,
    known.country,
    known.region,
    known.practice,
    known.grade,
    known.manager_id,
    known.hire_date,
    known.term_date,
    known.fte,
    known.weekly_hours,
    known.work_mode,
    known.updated_at,
    known.run_id as landed_by,
    sweep.run_id
from clean_employee as known
cross join sweep
left join present
    on present.employee_id = known.employee_id
where present.employee_id is null
