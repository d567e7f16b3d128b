-- One row per project: its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_project (the new runs) and clean_project (what was known before).
with versions as (
    select
        project_id,
        client_id,
        name,
        practice,
        region,
        manager_id,
        billing,
        start_date,
        end_date,
        closed_date,
        budget_hours,
        updated_at,
        run_id
    from typed_project
    where reject_reason is null
    union all
    select
        project_id,
        client_id,
        name,
        practice,
        region,
        manager_id,
        billing,
        start_date,
        end_date,
        closed_date,
        budget_hours,
        updated_at,
        run_id
    from clean_project
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by project_id
            order by
                updated_at desc, run_id desc, client_id desc, name desc, practice desc,
                region desc, manager_id desc, billing desc, start_date desc, end_date desc,
                closed_date desc, budget_hours desc
        ) as recency
    from versions
)
select
    project_id,
    client_id,
    name,
    practice,
    region,
    manager_id,
    billing,
    start_date,
    end_date,
    closed_date,
    budget_hours,
    updated_at,
    run_id
from ranked
where recency = 1
