-- One row per day of activity that the source does not have any more: its last known version.
-- Reads raw_keys_of_activity_day (the keys of the new sweeps) and clean_activity_day as it stood before the run.
-- Read by clean_activity_day.
with present as (
    select distinct
        employee_id,
        try_cast(activity_date as date) as activity_date
    from raw_keys_of_activity_day
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_activity_day
    having count(*) > 0
)
select
    known.employee_id,
    known.activity_date,
    known.badge,
    known.vpn_minutes,
    known.updated_at,
    known.week_start,
    known.run_id as landed_by,
    sweep.run_id
from clean_activity_day as known
cross join sweep
left join present
    on present.employee_id = known.employee_id
    and present.activity_date = known.activity_date
where present.employee_id is null
