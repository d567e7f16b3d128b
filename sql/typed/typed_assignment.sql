-- One row per landed version of an assignment of an employee to a project, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_assignment. Read by clean_assignment, quarantine.
with typed as (
    select
        assignment_id,
        employee_id,
        project_id,
        try_cast(start_date as date)      as start_date,
        try_cast(end_date as date)        as end_date,
        alloc_pct,
        try_cast(updated_at as timestamp) as updated_at,
        start_date                        as start_date_text,
        end_date                          as end_date_text,
        updated_at                        as updated_at_text,
        run_id
    from raw_assignment
),
judged as (
    select
        typed.*,
        case
            when assignment_id is null   then 'null_key:assignment_id'
            when updated_at_text is null then 'null_check_column:updated_at'
            when employee_id is null     then 'null_required:employee_id'
            when project_id is null      then 'null_required:project_id'
            when start_date_text is null then 'null_required:start_date'
            when end_date_text is null   then 'null_required:end_date'
            when alloc_pct is null       then 'null_required:alloc_pct'
            when start_date is null      then 'not_a_date:start_date'
            when end_date is null        then 'not_a_date:end_date'
            when updated_at is null      then 'not_a_date:updated_at'
        end as verdict
    from typed
)
select
    assignment_id,
    employee_id,
    project_id,
    start_date,
    end_date,
    alloc_pct,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'start_date' then start_date_text
        when 'end_date' then end_date_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
