-- One row per entry: its newest version.
with versions as (
    select entry_id, hours, run_id, cast(date_trunc('week', work_date) as date) as week_start from typed_entry
    union all
    select entry_id, hours, run_id, week_start from clean_entry
)
select entry_id, max(hours) as hours, max(run_id) as run_id, max(week_start) as week_start from versions group by 1
