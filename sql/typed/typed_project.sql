-- One row per landed version of a project, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_project. Read by clean_project, quarantine.
with typed as (
    select
        project_id,
        client_id,
        name,
        practice,
        region,
        manager_id,
        billing,
        try_cast(start_date as date)             as start_date,
        try_cast(end_date as date)               as end_date,
        try_cast(closed_date as date)            as closed_date,
        try_cast(budget_hours as decimal(12, 2)) as budget_hours,
        try_cast(updated_at as timestamp)        as updated_at,
        start_date                               as start_date_text,
        end_date                                 as end_date_text,
        closed_date                              as closed_date_text,
        budget_hours                             as budget_hours_text,
        updated_at                               as updated_at_text,
        run_id
    from raw_project
),
judged as (
    select
        typed.*,
        case
            when project_id is null                                     then 'null_key:project_id'
            when updated_at_text is null                                then 'null_check_column:updated_at'
            when client_id is null                                      then 'null_required:client_id'
            when start_date is null and start_date_text is not null     then 'not_a_date:start_date'
            when end_date is null and end_date_text is not null         then 'not_a_date:end_date'
            when closed_date is null and closed_date_text is not null   then 'not_a_date:closed_date'
            when updated_at is null                                     then 'not_a_date:updated_at'
            when budget_hours is null and budget_hours_text is not null then 'not_a_number:budget_hours'
        end as verdict
    from typed
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
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'start_date' then start_date_text
        when 'end_date' then end_date_text
        when 'closed_date' then closed_date_text
        when 'budget_hours' then budget_hours_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
