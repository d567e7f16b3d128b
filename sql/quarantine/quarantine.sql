-- One row per newly landed row and reason why it is left out (rejected), or used although it is odd (kept).
-- Rejected: typed_* says why (null_key, null_required, null_check_column, not_a_number, not_a_date, hours_out_of_range,
--           week_start_not_monday); or it points to nothing known (unknown_timesheet, unknown_employee,
--           unknown_project);
--           or its day lies outside the week of its timesheet (work_date_outside_week); or another row of its key and
--           updated_at won (duplicate_key: clean_* keeps the greatest content).
-- Kept:     description_too_long (more than 10,000 characters), description_not_plain (control characters or emoji).
-- The rows are history: a row that waited for its timesheet stays listed under the run that landed it. An entry is
-- compared with timesheets only if its week is among those of the run; else an earlier run has done that.
-- Reads typed_* (the new runs) and clean_* as this run leaves them.
with repeated_country as (
    select country
    from typed_country
    where reject_reason is null
    group by country
    having count(*) > 1
),
ranked_country as (
    select
        landed.country as row_key,
        landed.run_id,
        rank() over (
            partition by landed.country, landed.run_id
            order by
                landed.utc_offset_min desc, landed.work_days desc, landed.weekly_hours desc
        ) as content_rank
    from typed_country as landed
    join repeated_country as repeated
        on repeated.country = landed.country
    where landed.reject_reason is null
),
repeated_employee as (
    select employee_id
    from typed_employee
    where reject_reason is null
    group by employee_id
    having count(*) > 1
),
ranked_employee as (
    select
        cast(landed.employee_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.employee_id, landed.updated_at, landed.run_id
            order by
                landed.country desc, landed.region desc, landed.practice desc, landed.grade desc,
                landed.manager_id desc, landed.hire_date desc, landed.term_date desc,
                landed.fte desc, landed.weekly_hours desc, landed.work_mode desc
        ) as content_rank
    from typed_employee as landed
    join repeated_employee as repeated
        on repeated.employee_id = landed.employee_id
    where landed.reject_reason is null
),
repeated_client as (
    select client_id
    from typed_client
    where reject_reason is null
    group by client_id
    having count(*) > 1
),
ranked_client as (
    select
        cast(landed.client_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.client_id, landed.updated_at, landed.run_id
            order by
                landed.name desc, landed.industry desc
        ) as content_rank
    from typed_client as landed
    join repeated_client as repeated
        on repeated.client_id = landed.client_id
    where landed.reject_reason is null
),
repeated_project as (
    select project_id
    from typed_project
    where reject_reason is null
    group by project_id
    having count(*) > 1
),
ranked_project as (
    select
        cast(landed.project_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.project_id, landed.updated_at, landed.run_id
            order by
                landed.client_id desc, landed.name desc, landed.practice desc, landed.region desc,
                landed.manager_id desc, landed.billing desc, landed.start_date desc,
                landed.end_date desc, landed.closed_date desc, landed.budget_hours desc
        ) as content_rank
    from typed_project as landed
    join repeated_project as repeated
        on repeated.project_id = landed.project_id
    where landed.reject_reason is null
),
repeated_assignment as (
    select assignment_id
    from typed_assignment
    where reject_reason is null
    group by assignment_id
    having count(*) > 1
),
ranked_assignment as (
    select
        cast(landed.assignment_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.assignment_id, landed.updated_at, landed.run_id
            order by
                landed.employee_id desc, landed.project_id desc, landed.start_date desc,
                landed.end_date desc, landed.alloc_pct desc
        ) as content_rank
    from typed_assignment as landed
    join repeated_assignment as repeated
        on repeated.assignment_id = landed.assignment_id
    where landed.reject_reason is null
),
repeated_leave_day as (
    select employee_id, leave_date
    from typed_leave_day
    where reject_reason is null
    group by employee_id, leave_date
    having count(*) > 1
),
ranked_leave_day as (
    select
        concat_ws('|', cast(landed.employee_id as varchar), cast(landed.leave_date as varchar)) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.employee_id, landed.leave_date, landed.updated_at, landed.run_id
            order by
                landed.kind desc
        ) as content_rank
    from typed_leave_day as landed
    join repeated_leave_day as repeated
        on repeated.employee_id = landed.employee_id
        and repeated.leave_date = landed.leave_date
    where landed.reject_reason is null
),
repeated_travel as (
    select travel_id
    from typed_travel
    where reject_reason is null
    group by travel_id
    having count(*) > 1
),
ranked_travel as (
    select
        cast(landed.travel_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.travel_id, landed.updated_at, landed.run_id
            order by
                landed.employee_id desc, landed.start_date desc, landed.end_date desc,
                landed.country desc
        ) as content_rank
    from typed_travel as landed
    join repeated_travel as repeated
        on repeated.travel_id = landed.travel_id
    where landed.reject_reason is null
),
repeated_activity_day as (
    select employee_id, activity_date
    from typed_activity_day
    where reject_reason is null
    group by employee_id, activity_date
    having count(*) > 1
),
ranked_activity_day as (
    select
        concat_ws('|', cast(landed.employee_id as varchar), cast(landed.activity_date as varchar)) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.employee_id, landed.activity_date, landed.updated_at, landed.run_id
            order by
                landed.badge desc, landed.vpn_minutes desc
        ) as content_rank
    from typed_activity_day as landed
    join repeated_activity_day as repeated
        on repeated.employee_id = landed.employee_id
        and repeated.activity_date = landed.activity_date
    where landed.reject_reason is null
),
repeated_timesheet as (
    select timesheet_id
    from typed_timesheet
    where reject_reason is null
    group by timesheet_id
    having count(*) > 1
),
ranked_timesheet as (
    select
        cast(landed.timesheet_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.timesheet_id, landed.updated_at, landed.run_id
            order by
                landed.employee_id desc, landed.week_start desc, landed.submitted_at desc,
                landed.approved_at desc, landed.approver_id desc, landed.l2_approver_id desc
        ) as content_rank
    from typed_timesheet as landed
    join repeated_timesheet as repeated
        on repeated.timesheet_id = landed.timesheet_id
    where landed.reject_reason is null
),
repeated_timesheet_entry as (
    select entry_id
    from typed_timesheet_entry
    where reject_reason is null
    group by entry_id
    having count(*) > 1
),
ranked_timesheet_entry as (
    select
        cast(landed.entry_id as varchar) as row_key,
        landed.run_id,
        rank() over (
            partition by landed.entry_id, landed.updated_at, landed.run_id
            order by
                landed.timesheet_id desc, landed.project_id desc, landed.work_date desc,
                landed.hours desc, landed.task desc, landed.bill_grade desc, landed.source desc,
                landed.description_length desc, landed.description_is_plain desc,
                landed.created_at desc
        ) as content_rank
    from typed_timesheet_entry as landed
    join repeated_timesheet_entry as repeated
        on repeated.entry_id = landed.entry_id
    where landed.reject_reason is null
),
known_timesheet as (
    select
        timesheet_id,
        employee_id,
        week_start
    from clean_timesheet
),
week_of_run as (
    select distinct week_start
    from clean_timesheet_entry
),
judged_entry as (
    select
        cast(landed.entry_id as varchar) as row_key,
        case
            when timesheet.timesheet_id is null then 'unknown_timesheet'
            when timesheet.week_start <> cast(date_trunc('week', landed.work_date) as date)
                then 'work_date_outside_week'
            when employee.employee_id is null then 'unknown_employee'
            when project.project_id is null then 'unknown_project'
        end as reason,
        landed.timesheet_id,
        landed.work_date,
        timesheet.employee_id,
        landed.project_id,
        landed.run_id
    from typed_timesheet_entry as landed
    join week_of_run
        on week_of_run.week_start = cast(date_trunc('week', landed.work_date) as date)
    left join known_timesheet as timesheet
        on timesheet.timesheet_id = landed.timesheet_id
    left join clean_employee as employee
        on employee.employee_id = timesheet.employee_id
    left join clean_project as project
        on project.project_id = landed.project_id
    where landed.reject_reason is null
),
employee_reference as (
    select
        'timesheet' as table_name,
        cast(landed.timesheet_id as varchar) as row_key,
        landed.employee_id,
        landed.run_id
    from typed_timesheet as landed
    where landed.reject_reason is null
    union all
    select
        'assignment' as table_name,
        cast(landed.assignment_id as varchar) as row_key,
        landed.employee_id,
        landed.run_id
    from typed_assignment as landed
    where landed.reject_reason is null
    union all
    select
        'leave_day' as table_name,
        concat_ws('|', cast(landed.employee_id as varchar), cast(landed.leave_date as varchar)) as row_key,
        landed.employee_id,
        landed.run_id
    from typed_leave_day as landed
    where landed.reject_reason is null
    union all
    select
        'travel' as table_name,
        cast(landed.travel_id as varchar) as row_key,
        landed.employee_id,
        landed.run_id
    from typed_travel as landed
    where landed.reject_reason is null
    union all
    select
        'activity_day' as table_name,
        concat_ws('|', cast(landed.employee_id as varchar), cast(landed.activity_date as varchar)) as row_key,
        landed.employee_id,
        landed.run_id
    from typed_activity_day as landed
    where landed.reject_reason is null
),
unusable as (
    select
        'country' as table_name,
        country as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_country
    where reject_reason is not null
    union all
    select
        'holiday' as table_name,
        concat_ws('|', country, cast(holiday_date as varchar)) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_holiday
    where reject_reason is not null
    union all
    select
        'employee' as table_name,
        cast(employee_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_employee
    where reject_reason is not null
    union all
    select
        'client' as table_name,
        cast(client_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_client
    where reject_reason is not null
    union all
    select
        'project' as table_name,
        cast(project_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_project
    where reject_reason is not null
    union all
    select
        'assignment' as table_name,
        cast(assignment_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_assignment
    where reject_reason is not null
    union all
    select
        'leave_day' as table_name,
        concat_ws('|', cast(employee_id as varchar), cast(leave_date as varchar)) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_leave_day
    where reject_reason is not null
    union all
    select
        'travel' as table_name,
        cast(travel_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_travel
    where reject_reason is not null
    union all
    select
        'activity_day' as table_name,
        concat_ws('|', cast(employee_id as varchar), cast(activity_date as varchar)) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_activity_day
    where reject_reason is not null
    union all
    select
        'timesheet' as table_name,
        cast(timesheet_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_timesheet
    where reject_reason is not null
    union all
    select
        'timesheet_entry' as table_name,
        cast(entry_id as varchar) as row_key,
        reject_reason,
        reject_column,
        observed,
        run_id
    from typed_timesheet_entry
    where reject_reason is not null
),
duplicate as (
    select 'country' as table_name, row_key, 'country' as column_name, run_id
    from ranked_country
    where content_rank > 1
    union all
    select 'employee' as table_name, row_key, 'employee_id' as column_name, run_id
    from ranked_employee
    where content_rank > 1
    union all
    select 'client' as table_name, row_key, 'client_id' as column_name, run_id
    from ranked_client
    where content_rank > 1
    union all
    select 'project' as table_name, row_key, 'project_id' as column_name, run_id
    from ranked_project
    where content_rank > 1
    union all
    select 'assignment' as table_name, row_key, 'assignment_id' as column_name, run_id
    from ranked_assignment
    where content_rank > 1
    union all
    select 'leave_day' as table_name, row_key, 'employee_id' as column_name, run_id
    from ranked_leave_day
    where content_rank > 1
    union all
    select 'travel' as table_name, row_key, 'travel_id' as column_name, run_id
    from ranked_travel
    where content_rank > 1
    union all
    select 'activity_day' as table_name, row_key, 'employee_id' as column_name, run_id
    from ranked_activity_day
    where content_rank > 1
    union all
    select 'timesheet' as table_name, row_key, 'timesheet_id' as column_name, run_id
    from ranked_timesheet
    where content_rank > 1
    union all
    select 'timesheet_entry' as table_name, row_key, 'entry_id' as column_name, run_id
    from ranked_timesheet_entry
    where content_rank > 1
)
select
    table_name,
    row_key,
    reject_reason as reason,
    reject_column as column_name,
    observed,
    'rejected'    as outcome,
    run_id
from unusable
union all
select
    table_name,
    row_key,
    'duplicate_key' as reason,
    column_name,
    row_key         as observed,
    'rejected'      as outcome,
    run_id
from duplicate
union all
select
    'timesheet_entry' as table_name,
    row_key,
    reason,
    case reason
        when 'unknown_timesheet' then 'timesheet_id'
        when 'work_date_outside_week' then 'work_date'
        when 'unknown_employee' then 'employee_id'
        else 'project_id'
    end as column_name,
    case reason
        when 'unknown_timesheet' then cast(timesheet_id as varchar)
        when 'work_date_outside_week' then cast(work_date as varchar)
        when 'unknown_employee' then cast(employee_id as varchar)
        else cast(project_id as varchar)
    end as observed,
    'rejected' as outcome,
    run_id
from judged_entry
where reason is not null
union all
select
    reference.table_name,
    reference.row_key,
    'unknown_employee'                     as reason,
    'employee_id'                          as column_name,
    cast(reference.employee_id as varchar) as observed,
    'rejected'                             as outcome,
    reference.run_id
from employee_reference as reference
left join clean_employee as employee
    on employee.employee_id = reference.employee_id
where employee.employee_id is null
union all
select
    'assignment'                           as table_name,
    cast(landed.assignment_id as varchar)  as row_key,
    'unknown_project'                      as reason,
    'project_id'                           as column_name,
    cast(landed.project_id as varchar)     as observed,
    'rejected'                             as outcome,
    landed.run_id
from typed_assignment as landed
left join clean_project as project
    on project.project_id = landed.project_id
where landed.reject_reason is null
    and project.project_id is null
union all
select
    'timesheet_entry'                           as table_name,
    cast(entry_id as varchar)                   as row_key,
    'description_too_long'                      as reason,
    'description'                               as column_name,
    cast(description_length as varchar) || ' characters' as observed,
    'kept'                                      as outcome,
    run_id
from typed_timesheet_entry
where reject_reason is null
    and description_length > 10000
union all
select
    'timesheet_entry'                            as table_name,
    cast(entry_id as varchar)                    as row_key,
    'description_not_plain'                      as reason,
    'description'                                as column_name,
    'control characters or emoji'                as observed,
    'kept'                                       as outcome,
    run_id
from typed_timesheet_entry
where reject_reason is null
    and not description_is_plain
