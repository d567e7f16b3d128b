-- One row per country: its newest usable version.
-- Newest by run_id, then the content: a tie always ends alike.
-- Reads typed_country (the new runs) and clean_country (what was known before).
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
        country,
        utc_offset_min,
        work_days,
        weekly_hours,
        run_id
    from clean_country
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
