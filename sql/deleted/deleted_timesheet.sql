-- One row per timesheet that the source does not have any more: its last known version.
-- Reads raw_keys_of_timesheet (the keys of the new sweeps) and clean_timesheet as it stood before the run.
-- Read by clean_timesheet.
with present as (
    select distinct
        timesheet_id
    from raw_keys_of_timesheet
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_timesheet
    having count(*) > 0
)
select
    known.timesheet_id,
    known.employee_id,
    known.submitted_at,
    known.approved_at,
    known.approver_id,
    known.l2_approver_id,
    known.updated_at,
    known.week_start,
    known.run_id as landed_by,
    sweep.run_id
from clean_timesheet as known
cross join sweep
left join present
    on present.timesheet_id = known.timesheet_id
where present.timesheet_id is null
