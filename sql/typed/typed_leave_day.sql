-- One row per landed version of a day of leave of an employee, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_leave_day. Read by clean_leave_day, quarantine.
with typed as (
    select
        employee_id,
        try_cast(leave_date as date)      as leave_date,
        kind,
        try_cast(updated_at as timestamp) as updated_at,
        leave_date                        as leave_date_text,
        updated_at                        as updated_at_text,
        run_id
    from raw_leave_day
),
judged as (
    select
        typed.*,
        case
            when employee_id is null                                            then 'null_key:employee_id'
            when leave_date_text is null                                        then 'null_key:leave_date'
            when updated_at_text is null                                        then 'null_check_column:updated_at'
            when kind is null                                                   then 'null_required:kind'
            when leave_date is null                                             then 'not_a_date:leave_date'
            when leave_date not between date '1990-01-01' and date '2100-12-31' then 'not_a_date:leave_date'
            when updated_at is null                                             then 'not_a_date:updated_at'
        end as verdict
    from typed
)
select
    employee_id,
    leave_date,
    kind,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'leave_date' then leave_date_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
