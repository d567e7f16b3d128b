-- One row per day of leave that the source does not have any more: its last known version.
-- Reads raw_keys_of_leave_day (the keys of the new sweeps) and clean_leave_day as it stood before the run.
-- Read by clean_leave_day.
with present as (
    select distinct
        employee_id,
        try_cast(leave_date as date) as leave_date
    from raw_keys_of_leave_day
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_leave_day
    having count(*) > 0
)
select
    known.employee_id,
    known.leave_date,
    known.kind,
    known.updated_at,
    known.week_start,
    known.run_id as landed_by,
    sweep.run_id
from clean_leave_day as known
cross join sweep
left join present
    on present.employee_id = known.employee_id
    and present.leave_date = known.leave_date
where present.employee_id is null
