-- One row per usable landed timesheet that clean_timesheet lacks, or knows only in an older version.
-- Judges the weeks that the run builds: in the others the landed rows were known already.
with week_of_run as (
    select distinct week_start
    from clean_timesheet
)
select
    landed.timesheet_id,
    landed.week_start,
    landed.updated_at
from typed_timesheet as landed
join week_of_run
    on week_of_run.week_start = landed.week_start
left join clean_timesheet as clean
    on clean.timesheet_id = landed.timesheet_id
    and clean.updated_at >= landed.updated_at
where landed.reject_reason is null
    and clean.timesheet_id is null
