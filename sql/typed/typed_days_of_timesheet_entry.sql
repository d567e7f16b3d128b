-- One row per day worked and sweep: how many entries the source had, with how many hours. The day is null for entries
-- without one.
-- Reads raw_days_of_timesheet_entry. Read by reconciliation.
select
    try_cast(work_date as date)       as work_date,
    row_count,
    try_cast(hours as decimal(18, 2)) as hours,
    try_cast(updated_at as timestamp) as updated_at,
    run_id
from raw_days_of_timesheet_entry
