-- Which versions of this entry have landed, and which could not be used? One row per landed version.
-- Parameter: entry_id.
select
    updated_at,
    run_id,
    timesheet_id,
    project_id,
    work_date,
    hours,
    bill_grade,
    reject_reason,
    reject_column,
    observed
from typed_timesheet_entry
where entry_id = ?
order by updated_at, run_id
