-- One row per country: its newest usable version.
-- Newest by run_id, then the content: a tie always ends alike.
-- Reads typed_country, deleted_country (the new runs) and clean_country (what was known before).
with versions as (
    select
        country,
        utc_offset_min,
        work_days,
        weekly_hours,
        run_id
    from typed_country
    where reject_reason is null
    union all
    select
        known.country,
        known.utc_offset_min,
        known.work_days,
        known.weekly_hours,
        known.run_id
    from clean_country as known
    left join deleted_country as gone
        on gone.country = known.country
    where gone.country is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by country
            order by
                run_id desc, utc_offset_min desc, work_days desc, weekly_hours desc
        ) as recency
    from versions
)
select
    country,
    utc_offset_min,
    work_days,
    weekly_hours,
    run_id
from ranked
where recency = 1
