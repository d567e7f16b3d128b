-- One row per landed version of a timesheet (one employee, one week), with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_timesheet. Read by clean_timesheet, quarantine.
with typed as (
    select
        timesheet_id,
        employee_id,
        try_cast(week_start as date)        as week_start,
        try_cast(submitted_at as timestamp) as submitted_at,
        try_cast(approved_at as timestamp)  as approved_at,
        approver_id,
        l2_approver_id,
        try_cast(updated_at as timestamp)   as updated_at,
        week_start                          as week_start_text,
        submitted_at                        as submitted_at_text,
        approved_at                         as approved_at_text,
        updated_at                          as updated_at_text,
        run_id
    from raw_timesheet
),
judged as (
    select
        typed.*,
        case
            when timesheet_id is null                                           then 'null_key:timesheet_id'
            when updated_at_text is null                                        then 'null_check_column:updated_at'
            when employee_id is null                                            then 'null_required:employee_id'
            when week_start_text is null                                        then 'null_required:week_start'
            when week_start is null                                             then 'not_a_date:week_start'
            when week_start not between date '1990-01-01' and date '2100-12-31' then 'not_a_date:week_start'
            when submitted_at is null and submitted_at_text is not null         then 'not_a_date:submitted_at'
            when approved_at is null and approved_at_text is not null           then 'not_a_date:approved_at'
            when updated_at is null                                             then 'not_a_date:updated_at'
            when day_of_week(week_start) <> 1                                   then 'week_start_not_monday:week_start'
        end as verdict
    from typed
)
select
    timesheet_id,
    employee_id,
    week_start,
    submitted_at,
    approved_at,
    approver_id,
    l2_approver_id,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'week_start' then week_start_text
        when 'submitted_at' then submitted_at_text
        when 'approved_at' then approved_at_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
