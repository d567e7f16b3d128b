-- One row per approver and week: how many timesheets were approved, how fast, and how far above their peers they lie.
-- Reads employee_week and peer_week. Read by timesheet_features.
with approved as (
    select
        employee_week.approver_id,
        employee_week.week_start,
        employee_week.timesheet_id,
        employee_week.approval_lag_hours,
        case
            when employee_week.worked_hours > 0e0 and employee_week.capacity_hours >= 4e0
                then employee_week.ratio - peer_week.ratio_median
        end as ratio_excess
    from employee_week
    left join peer_week
        on peer_week.country = employee_week.country
        and peer_week.practice = employee_week.practice
        and peer_week.week_start = employee_week.week_start
    where employee_week.approver_id is not null
        and employee_week.approved_at is not null
),
ranked as (
    select
        approved.*,
        count(approval_lag_hours) over (partition by approver_id, week_start) as lag_timesheets,
        row_number() over (
            partition by approver_id, week_start
            order by approval_lag_hours nulls last, timesheet_id
        ) as lag_rank
    from approved
)
select
    approver_id,
    count(*)            as timesheets,
    max(lag_timesheets) as lag_timesheets,
    avg(case
        when 2 * lag_rank between lag_timesheets and lag_timesheets + 2 and lag_rank <= lag_timesheets
            then approval_lag_hours
    end)                as approval_lag_median_hours,
    count(ratio_excess) as compared_timesheets,
    coalesce(sum(ratio_excess), 0e0) as ratio_excess_sum,
    week_start
from ranked
group by approver_id, week_start
