-- One row per timesheet entry that the source does not have any more: its last known version.
-- Reads raw_keys_of_timesheet_entry (the keys of the new sweeps) and clean_timesheet_entry as it stood before the run.
-- Read by clean_timesheet_entry, deleted_line.
with present as (
    select distinct
        entry_id
    from raw_keys_of_timesheet_entry
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_timesheet_entry
    having count(*) > 0
)
select
    known.entry_id,
    known.timesheet_id,
    known.project_id,
    known.work_date,
    known.hours,
    known.task,
    known.bill_grade,
    known.source,
    known.description_length,
    known.description_is_plain,
    known.created_at,
    known.updated_at,
    known.week_start,
    known.run_id as landed_by,
    sweep.run_id
from clean_timesheet_entry as known
cross join sweep
left join present
    on present.entry_id = known.entry_id
where present.entry_id is null
