-- One row per day on which badge or VPN saw an employee: its newest usable version.
-- Its week is that of activity_date. Newest by updated_at, then run_id, then the content: a tie always ends alike.
-- Reads typed_activity_day, deleted_activity_day (the new runs) and clean_activity_day (what was known before).
with versions as (
    select
        employee_id,
        activity_date,
        badge,
        vpn_minutes,
        updated_at,
        run_id
    from typed_activity_day
    where reject_reason is null
    union all
    select
        known.employee_id,
        known.activity_date,
        known.badge,
        known.vpn_minutes,
        known.updated_at,
        known.run_id
    from clean_activity_day as known
    left join deleted_activity_day as gone
        on gone.employee_id = known.employee_id
        and gone.activity_date = known.activity_date
    where gone.employee_id is null
),
ranked as (
    select
        versions.*,
        row_number() over (
            partition by employee_id, activity_date
            order by
                updated_at desc, run_id desc, badge desc, vpn_minutes desc
        ) as recency
    from versions
)
select
    employee_id,
    activity_date,
    badge,
    vpn_minutes,
    updated_at,
    run_id,
    cast(date_trunc('week', activity_date) as date) as week_start
from ranked
where recency = 1
