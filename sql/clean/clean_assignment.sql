-- One row per assignment of an employee to a project: its newest usable version.
-- Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_assignment, deleted_assignment (the new runs) and clean_assignment (what was known before).
with versions as (
    select
        assignment_id,
        employee_id,
        project_id,
        start_date,
        end_date,
        alloc_pct,
        updated_at,
        run_id
    from typed_assignment
    where reject_reason is null
    union all
    select
        known.assignment_id,
        known.employee_id,
        known.project_id,
        known.start_date,
        known.end_date,
        known.alloc_pct,
        known.updated_at,
        known.run_id
    from clean_assignment as known
    left join deleted_assignment as gone
        on gone.assignment_id = known.assignment_id
    where gone.assignment_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by assignment_id
            order by
                updated_at desc, run_id desc, employee_id desc, project_id desc, start_date desc,
                end_date desc, alloc_pct desc
        ) as recency
    from versions
)
select
    assignment_id,
    employee_id,
    project_id,
    start_date,
    end_date,
    alloc_pct,
    updated_at,
    run_id
from ranked
where recency = 1
