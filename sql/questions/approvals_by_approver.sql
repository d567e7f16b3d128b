-- What has this person approved, how fast, and how far above its peers? One row per week. Parameter: approver_id.
select
    week_start,
    timesheets,
    approval_lag_median_hours,
    compared_timesheets,
    ratio_excess_sum / nullif(cast(compared_timesheets as double), 0e0) as mean_ratio_excess
from approver_week
where approver_id = ?
order by week_start
