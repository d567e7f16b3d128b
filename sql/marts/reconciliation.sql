-- One row per day worked: entries and hours of the source beside those of the lake, when the source was last swept.
-- Rows that cannot be used are in quarantine and not in the lake: their days differ.
-- Reads typed_days_of_timesheet_entry (the new runs) and clean_timesheet_entry. Read by the report and by auditors.
with sweep as (
    select max(run_id) as run_id
    from typed_days_of_timesheet_entry
),
source_day as (
    select
        days.work_date,
        sum(days.row_count)  as row_count,
        sum(days.hours)      as hours,
        max(days.updated_at) as updated_at
    from typed_days_of_timesheet_entry as days
    join sweep
        on sweep.run_id = days.run_id
    group by days.work_date
),
lake_day as (
    select
        work_date,
        count(*)        as row_count,
        sum(hours)      as hours,
        max(updated_at) as updated_at
    from clean_timesheet_entry
    group by work_date
),
lake as (
    select max(updated_at) as updated_at
    from lake_day
),
compared as (
    select
        coalesce(source_day.work_date, lake_day.work_date)                   as work_date,
        coalesce(source_day.row_count, 0)                                    as source_rows,
        coalesce(lake_day.row_count, 0)                                      as lake_rows,
        cast(coalesce(source_day.hours, 0) as decimal(18, 2))                as source_hours,
        cast(coalesce(lake_day.hours, 0) as decimal(18, 2))                  as lake_hours,
        coalesce(source_day.updated_at > coalesce(lake_day.updated_at, lake.updated_at), false) as is_newer_at_source
    from source_day
    full outer join lake_day
        on lake_day.work_date = source_day.work_date
    cross join lake
)
select
    compared.work_date,
    compared.source_rows,
    compared.lake_rows,
    compared.source_hours,
    compared.lake_hours,
    case
        when compared.source_rows = compared.lake_rows and compared.source_hours = compared.lake_hours then 'equal'
        when compared.is_newer_at_source then 'newer at the source'
        else 'different'
    end as verdict,
    sweep.run_id
from compared
cross join sweep
where sweep.run_id is not null
