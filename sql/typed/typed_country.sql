-- One row per landed version of a country, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_country. Read by clean_country, quarantine.
with typed as (
    select
        country,
        utc_offset_min,
        work_days,
        try_cast(weekly_hours as decimal(4, 2)) as weekly_hours,
        weekly_hours                            as weekly_hours_text,
        run_id
    from raw_country
),
judged as (
    select
        typed.*,
        case
            when country is null           then 'null_key:country'
            when work_days is null         then 'null_required:work_days'
            when weekly_hours_text is null then 'null_required:weekly_hours'
            when weekly_hours is null      then 'not_a_number:weekly_hours'
        end as verdict
    from typed
)
select
    country,
    utc_offset_min,
    work_days,
    weekly_hours,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'weekly_hours' then weekly_hours_text
    end, 1, 100)                as observed,
    run_id
from judged
