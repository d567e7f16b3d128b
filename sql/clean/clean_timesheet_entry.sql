-- One row per timesheet entry: its newest usable version.
-- Its week is that of work_date. Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_timesheet_entry, deleted_timesheet_entry (the new runs) and clean_timesheet_entry (what was known before).
with versions as (
    select
        entry_id,
        timesheet_id,
        project_id,
        work_date,
        hours,
        task,
        bill_grade,
        source,
        description_length,
        description_is_plain,
        created_at,
        updated_at,
        run_id
    from typed_timesheet_entry
    where reject_reason is null
    union all
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
        known.run_id
    from clean_timesheet_entry as known
    left join deleted_timesheet_entry as gone
        on gone.entry_id = known.entry_id
    where gone.entry_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by entry_id
            order by
                updated_at desc, run_id desc, timesheet_id desc, project_id desc, work_date desc,
                hours desc, task desc, bill_grade desc, source desc, description_length desc,
                description_is_plain desc, created_at desc
        ) as recency
    from versions
)
select
    entry_id,
    timesheet_id,
    project_id,
    work_date,
    hours,
    task,
    bill_grade,
    source,
    description_length,
    description_is_plain,
    created_at,
    updated_at,
    run_id,
    cast(date_trunc('week', work_date) as date) as week_start
from ranked
where recency = 1
