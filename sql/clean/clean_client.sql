-- One row per client: its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_client (the new runs) and clean_client (what was known before).
with versions as (
    select
        client_id,
        name,
        industry,
        updated_at,
        run_id
    from typed_client
    where reject_reason is null
    union all
    select
        client_id,
        name,
        industry,
        updated_at,
        run_id
    from clean_client
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by client_id
            order by
                updated_at desc, run_id desc, name desc, industry desc
        ) as recency
    from versions
)
select
    client_id,
    name,
    industry,
    updated_at,
    run_id
from ranked
where recency = 1
