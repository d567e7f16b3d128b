-- One row per landed version of a day on which badge or VPN saw an employee, with its types.
-- Nothing is lost: a row that cannot be used says why in reject_reason (null = usable).
-- Reads raw_activity_day. Read by clean_activity_day, quarantine.
with typed as (
    select
        employee_id,
        try_cast(activity_date as date)   as activity_date,
        badge,
        vpn_minutes,
        try_cast(updated_at as timestamp) as updated_at,
        activity_date                     as activity_date_text,
        updated_at                        as updated_at_text,
        run_id
    from raw_activity_day
),
judged as (
    select
        typed.*,
        case
            when employee_id is null                                               then 'null_key:employee_id'
            when activity_date_text is null                                        then 'null_key:activity_date'
            when updated_at_text is null                                           then 'null_check_column:updated_at'
            when badge is null                                                     then 'null_required:badge'
            when vpn_minutes is null                                               then 'null_required:vpn_minutes'
            when activity_date is null                                             then 'not_a_date:activity_date'
            when activity_date not between date '1990-01-01' and date '2100-12-31' then 'not_a_date:activity_date'
            when updated_at is null                                                then 'not_a_date:updated_at'
        end as verdict
    from typed
)
select
    employee_id,
    activity_date,
    badge,
    vpn_minutes,
    updated_at,
    split_part(verdict, ':', 1) as reject_reason,
    split_part(verdict, ':', 2) as reject_column,
    substr(case split_part(verdict, ':', 2)
        when 'activity_date' then activity_date_text
        when 'updated_at' then updated_at_text
    end, 1, 100)                as observed,
    run_id
from judged
