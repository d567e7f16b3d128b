-- One row per landed version of a timesheet entry, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_timesheet_entry. Read by clean_timesheet_entry, quarantine.
with typed as (
    select
        entry_id,
        timesheet_id,
        project_id,
        try_cast(work_date as date)       as work_date,
        try_cast(hours as decimal(5, 2))  as hours,
        task,
        bill_grade,
        source,
        description_length,
        description_is_plain,
        try_cast(created_at as timestamp) as created_at,
        try_cast(updated_at as timestamp) as updated_at,
        work_date                         as work_date_text,
        hours                             as hours_text,
        created_at                        as created_at_text,
        updated_at                        as updated_at_text,
        run_id
    from raw_timesheet_entry
),
judged as (
    select
        typed.*,
        case
            when entry_id is null                                                 then 'null_key:entry_id'
            when updated_at_text is null                                          then 'null_check_column:updated_at'
            when timesheet_id is null                                             then 'null_required:timesheet_id'
            when project_id is null                                               then 'null_required:project_id'
            when work_date_text is null                                           then 'null_required:work_date'
            when hours_text is null                                               then 'null_required:hours'
            when work_date is null                                                then 'not_a_date:work_date'
            when work_date not between date '1990-01-01' and date '2100-12-31'    then 'not_a_date:work_date'
            when created_at is null and created_at_text is not null               then 'not_a_date:created_at'
            when updated_at is null                                               then 'not_a_date:updated_at'
            when hours is null and try_cast(hours_text as decimal(38, 2)) is null then 'not_a_number:hours'
            when hours is null or hours <= 0 or hours > 24                        then 'hours_out_of_range:hours'
        end as verdict
    from typed
)
select
    entry_id,
    timesheet_id,
    project_id,
    work_date,
    hours,
    task,
    bill_grade,
    source,
    description_length,
    description_is_plain,
    created_at,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'work_date' then work_date_text
        when 'hours' then hours_text
        when 'created_at' then created_at_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
