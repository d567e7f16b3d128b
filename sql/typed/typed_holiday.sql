-- One row per landed version of a public holiday of a country, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_holiday. Read by clean_holiday, quarantine.
with typed as (
    select
        country,
        try_cast(holiday_date as date) as holiday_date,
        holiday_date                   as holiday_date_text,
        run_id
    from raw_holiday
),
judged as (
    select
        typed.*,
        case
            when country is null           then 'null_key:country'
            when holiday_date_text is null then 'null_key:holiday_date'
            when holiday_date is null      then 'not_a_date:holiday_date'
        end as verdict
    from typed
)
select
    country,
    holiday_date,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'holiday_date' then holiday_date_text
    end, 1, 100)                as observed,
    run_id
from judged
