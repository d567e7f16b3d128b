select distinct 'clean_entry' as table_name, cast(date_trunc('week', work_date) as date) as week_start from typed_entry
