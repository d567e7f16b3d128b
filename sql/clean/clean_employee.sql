-- One row per employee: its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_employee (the new runs) and clean_employee (what was known before).
with versions as (
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
        run_id
    from typed_employee
    where reject_reason is null
    union all
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
        run_id
    from clean_employee
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by employee_id
            order by
                updated_at desc, run_id desc, country desc, region desc, practice desc,
                grade desc, manager_id desc, hire_date desc, term_date desc, fte desc,
                weekly_hours desc, work_mode desc
        ) as recency
    from versions
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
    run_id
from ranked
where recency = 1
