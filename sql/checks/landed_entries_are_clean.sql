-- One row per usable landed entry that clean_timesheet_entry lacks, knows only in an older version, or with other hours
-- although no other row of the same key and updated_at landed.
-- Judges the weeks that the run builds: in the others the landed rows were known already.
with week_of_run as (
    select distinct week_start
    from clean_timesheet_entry
),
landed as (
    select
        entry_id,
        updated_at,
        cast(date_trunc('week', work_date) as date) as week_start,
        min(hours) as least_hours,
        max(hours) as most_hours
    from typed_timesheet_entry
    where reject_reason is null
    group by entry_id, updated_at, cast(date_trunc('week', work_date) as date)
)
select
    landed.entry_id,
    landed.week_start,
    landed.updated_at
from landed
join week_of_run
    on week_of_run.week_start = landed.week_start
left join clean_timesheet_entry as clean
    on clean.entry_id = landed.entry_id
    and clean.updated_at >= landed.updated_at
where clean.entry_id is null
    or (clean.updated_at = landed.updated_at and clean.hours < landed.least_hours)
    or (clean.updated_at = landed.updated_at and clean.hours > landed.most_hours)
