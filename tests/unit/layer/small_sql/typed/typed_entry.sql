-- One row per landed entry.
select entry_id, try_cast(work_date as date) as work_date, hours, run_id from raw_entry
