-- One row per landed version of an employee, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_employee. Read by clean_employee, quarantine.
with typed as (
    select
        employee_id,
        country,
        region,
        practice,
        grade,
        manager_id,
        try_cast(hire_date as date)             as hire_date,
        try_cast(term_date as date)             as term_date,
        try_cast(fte as decimal(3, 2))          as fte,
        try_cast(weekly_hours as decimal(4, 2)) as weekly_hours,
        work_mode,
        try_cast(updated_at as timestamp)       as updated_at,
        hire_date                               as hire_date_text,
        term_date                               as term_date_text,
        fte                                     as fte_text,
        weekly_hours                            as weekly_hours_text,
        updated_at                              as updated_at_text,
        run_id
    from raw_employee
),
judged as (
    select
        typed.*,
        case
            when employee_id is null                              then 'null_key:employee_id'
            when updated_at_text is null                          then 'null_check_column:updated_at'
            when country is null                                  then 'null_required:country'
            when practice is null                                 then 'null_required:practice'
            when fte_text is null                                 then 'null_required:fte'
            when weekly_hours_text is null                        then 'null_required:weekly_hours'
            when hire_date is null and hire_date_text is not null then 'not_a_date:hire_date'
            when term_date is null and term_date_text is not null then 'not_a_date:term_date'
            when updated_at is null                               then 'not_a_date:updated_at'
            when fte is null                                      then 'not_a_number:fte'
            when weekly_hours is null                             then 'not_a_number:weekly_hours'
        end as verdict
    from typed
)
select
    employee_id,
    country,
    region,
    practice,
    grade,
    manager_id,
    hire_date,
    term_date,
    fte,
    weekly_hours,
    work_mode,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'hire_date' then hire_date_text
        when 'term_date' then term_date_text
        when 'fte' then fte_text
        when 'weekly_hours' then weekly_hours_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
