-- One row per public holiday of a country: its newest usable version.
-- Newest by run_id, then the content: a tie always ends alike.
-- Reads typed_holiday, deleted_holiday (the new runs) and clean_holiday (what was known before).
with versions as (
    select
        country,
        holiday_date,
        run_id
    from typed_holiday
    where reject_reason is null
    union all
    select
        known.country,
        known.holiday_date,
        known.run_id
    from clean_holiday as known
    left join deleted_holiday as gone
        on gone.country = known.country
        and gone.holiday_date = known.holiday_date
    where gone.country is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by country, holiday_date
            order by
                run_id desc
        ) as recency
    from versions
)
select
    country,
    holiday_date,
    run_id
from ranked
where recency = 1
