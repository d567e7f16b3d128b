-- One row per journey of an employee: its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_travel, deleted_travel (the new runs) and clean_travel (what was known before).
with versions as (
    select
        travel_id,
        employee_id,
        start_date,
        end_date,
        country,
        updated_at,
        run_id
    from typed_travel
    where reject_reason is null
    union all
    select
        known.travel_id,
        known.employee_id,
        known.start_date,
        known.end_date,
        known.country,
        known.updated_at,
        known.run_id
    from clean_travel as known
    left join deleted_travel as gone
        on gone.travel_id = known.travel_id
    where gone.travel_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by travel_id
            order by
                updated_at desc, run_id desc, employee_id desc, start_date desc, end_date desc,
                country desc
        ) as recency
    from versions
)
select
    travel_id,
    employee_id,
    start_date,
    end_date,
    country,
    updated_at,
    run_id
from ranked
where recency = 1
