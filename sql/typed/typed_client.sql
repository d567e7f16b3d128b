-- One row per landed version of a client, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_client. Read by clean_client, quarantine.
with typed as (
    select
        client_id,
        name,
        industry,
        try_cast(updated_at as timestamp) as updated_at,
        updated_at                        as updated_at_text,
        run_id
    from raw_client
),
judged as (
    select
        typed.*,
        case
            when client_id is null       then 'null_key:client_id'
            when updated_at_text is null then 'null_check_column:updated_at'
            when updated_at is null      then 'not_a_date:updated_at'
        end as verdict
    from typed
)
select
    client_id,
    name,
    industry,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
