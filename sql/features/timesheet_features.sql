-- One row per timesheet: what the model sees. Every feature is null where it does not apply or the history is too
-- short, and higher is more suspect. Windows are ranges of weeks, so a week without a timesheet stays a gap.
-- Looks back 19 weeks.
--
-- Frames    own_8 = the 8 weeks before · recent_4 = this week and the 3 before
--           before_16 = the 16 weeks before those 4 · trend_12 = this week and the 11 before
--           last_8 = this week and the 7 before
-- z         (value - mean of own_8) / deviation of own_8, which is at least a floor; from 4 weeks on
-- robust z  (value - median of the peers) / (1.4826 x MAD), which is at least a floor; from 8 peers on
-- t         (mean of recent_4 - mean of before_16) / (pooled deviation x sqrt(1/n + 1/m)); from 3 and 8 weeks on
-- llr       k silent of n days, own rate p = (silent + 0.5) / (days + 1) of the weeks before, from 15 days on:
--           k ln(k/n / p) + (n-k) ln((1 - k/n) / (1 - p)) if k/n > p, else 0
with measured as (
    select
        employee_week.*,
        date_diff('week', date '2000-01-03', week_start) as week_number,
        case when worked_hours > 0e0 and capacity_hours >= 4e0 then ratio end as usual_ratio,
        case
            when has_activity and observable_days > 0
                then cast(observable_days - silent_days as double) / cast(observable_days as double)
        end as seen_share,
        case
            when approval_lag_hours is null then null
            when approval_lag_hours <= 5e0 / 60e0 then 1
            else 0
        end as is_quick,
        row_number() over (partition by employee_id order by week_start, timesheet_id) as sequence_number
    from employee_week
),
trailing as (
    select
        measured.*,
        count(*) over own_19                                                  as own_weeks,
        count(usual_ratio) over own_8                                         as ratio_8_weeks,
        avg(usual_ratio) over own_8                                           as ratio_8_mean,
        stddev_samp(usual_ratio) over own_8                                   as ratio_8_sd,
        count(vpn_minutes_per_hour) over own_8                                as vpn_8_weeks,
        avg(vpn_minutes_per_hour) over own_8                                  as vpn_8_mean,
        stddev_samp(vpn_minutes_per_hour) over own_8                          as vpn_8_sd,
        count(copied_share) over own_8                                        as entry_8_weeks,
        avg(copied_share) over own_8                                          as copied_8_mean,
        avg(entry_lag_days) over own_8                                        as lag_8_mean,
        count(usual_ratio) over recent_4                                      as ratio_4_weeks,
        avg(usual_ratio) over recent_4                                        as ratio_4_mean,
        var_samp(usual_ratio) over recent_4                                   as ratio_4_var,
        count(usual_ratio) over before_16                                     as ratio_16_weeks,
        avg(usual_ratio) over before_16                                       as ratio_16_mean,
        var_samp(usual_ratio) over before_16                                  as ratio_16_var,
        count(whole_hour_share) over recent_4                                 as whole_4_weeks,
        avg(whole_hour_share) over recent_4                                   as whole_4_mean,
        var_samp(whole_hour_share) over recent_4                              as whole_4_var,
        count(whole_hour_share) over before_16                                as whole_16_weeks,
        avg(whole_hour_share) over before_16                                  as whole_16_mean,
        var_samp(whole_hour_share) over before_16                             as whole_16_var,
        sum(silent_days) over own_8                                           as silent_8_days,
        sum(observable_days) over own_8                                       as observable_8_days,
        sum(silent_days) over recent_4                                        as silent_4_days,
        sum(observable_days) over recent_4                                    as observable_4_days,
        sum(silent_days) over before_16                                       as silent_16_days,
        sum(observable_days) over before_16                                   as observable_16_days,
        avg(seen_share) over recent_4                                         as seen_4_mean,
        avg(seen_share) over before_16                                        as seen_16_mean,
        cast(count(usual_ratio) over trend_12 as double)                      as trend_weeks,
        sum(case when usual_ratio is not null then cast(week_number as double) end) over trend_12 as trend_x,
        sum(case
            when usual_ratio is not null then cast(week_number as double) * cast(week_number as double)
        end) over trend_12                                                    as trend_xx,
        sum(usual_ratio) over trend_12                                        as trend_y,
        sum(usual_ratio * usual_ratio) over trend_12                          as trend_yy,
        sum(usual_ratio * cast(week_number as double)) over trend_12          as trend_xy,
        count(*) over last_8                                                  as last_8_weeks,
        sum(case when overbilled_grade_hours > 0e0 then 1 else 0 end) over last_8 as overbilled_8_weeks,
        sum(is_quick) over last_8                                             as quick_8_weeks,
        max(case when unassigned_hours = 0e0 then sequence_number end) over last_20 as assigned_sequence_number,
        min(sequence_number) over last_20                                     as first_sequence_number
    from measured
    window
        own_8 as (partition by employee_id order by week_number range between 8 preceding and 1 preceding),
        own_19 as (partition by employee_id order by week_number range between 19 preceding and 1 preceding),
        recent_4 as (partition by employee_id order by week_number range between 3 preceding and current row),
        before_16 as (partition by employee_id order by week_number range between 19 preceding and 4 preceding),
        trend_12 as (partition by employee_id order by week_number range between 11 preceding and current row),
        last_8 as (partition by employee_id order by week_number range between 7 preceding and current row),
        last_20 as (partition by employee_id order by week_number range between 19 preceding and current row)
),
repeated as (                                          -- the very same days or total, contract weeks apart
    select
        timesheet_id,
        count(*) over (
            partition by employee_id, hours_by_day
            order by week_number
            range between 6 preceding and 1 preceding
        ) as pattern_weeks,
        count(*) over (
            partition by employee_id, worked_hours
            order by week_number
            range between 6 preceding and 1 preceding
        ) as total_weeks
    from measured
    where worked_hours > 0e0
),
project_history as (
    select
        timesheet_id,
        hours,
        count(*) over (
            partition by employee_id, project_id
            order by date_diff('week', date '2000-01-03', week_start)
            range between 19 preceding and 1 preceding
        ) as earlier_weeks
    from employee_project_week
),
new_project as (
    select
        timesheet_id,
        sum(case when earlier_weeks = 0 then hours else 0e0 end) / sum(hours) as new_project_share
    from project_history
    group by timesheet_id
),
budget as (                                            -- the person's largest share of a project that runs out
    select
        employee_project_week.timesheet_id,
        max(employee_project_week.unassigned_hours / project_budget.hours) as budget_unassigned_share
    from employee_project_week
    join project_budget
        on project_budget.project_id = employee_project_week.project_id
        and project_budget.week_start = employee_project_week.week_start
    where project_budget.used_share >= 0.8e0
        and employee_project_week.unassigned_hours > 0e0
    group by employee_project_week.timesheet_id
),
approval_pair as (
    select
        employee_id,
        approver_id,
        week_number,
        count(*) as approvals
    from measured
    where approver_id <> employee_id
        and approved_at is not null
    group by employee_id, approver_id, week_number
),
reciprocal as (                                        -- A's timesheet approved by B, who had B's approved by A
    select
        mine.employee_id,
        mine.approver_id,
        mine.week_number,
        sum(theirs.approvals) as reciprocal_approvals
    from approval_pair as mine
    join approval_pair as theirs
        on theirs.employee_id = mine.approver_id
        and theirs.approver_id = mine.employee_id
        and theirs.week_number between mine.week_number - 11 and mine.week_number
    group by mine.employee_id, mine.approver_id, mine.week_number
),
approver_weeks as (
    select
        approver_id,
        week_start,
        date_diff('week', date '2000-01-03', week_start) as week_number,
        lag_timesheets,
        approval_lag_median_hours,
        compared_timesheets,
        ratio_excess_sum
    from approver_week
),
approver_trailing as (                                 -- usual lag: weekly medians, weighed by their timesheets
    select
        approver_id,
        week_start,
        count(approval_lag_median_hours) over before_12                                    as lag_weeks,
        sum(approval_lag_median_hours * cast(lag_timesheets as double)) over before_12
            / nullif(cast(sum(lag_timesheets) over before_12 as double), 0e0)              as usual_lag_hours,
        sum(compared_timesheets) over recent_4                                             as team_timesheets,
        sum(ratio_excess_sum) over recent_4                                                as team_excess_sum
    from approver_weeks
    window
        before_12 as (partition by approver_id order by week_number range between 12 preceding and 1 preceding),
        recent_4 as (partition by approver_id order by week_number range between 3 preceding and current row)
),
compared as (
    select
        measured.timesheet_id,
        measured.employee_id,
        measured.approver_id,
        measured.week_number,
        measured.approved_at,
        peer_week.timesheets                                                  as peers,
        (measured.usual_ratio - peer_week.ratio_median)                       as ratio_excess,
        (measured.usual_ratio - peer_week.ratio_median)
            / case when 1.4826e0 * peer_week.ratio_mad < 0.05e0 then 0.05e0 else 1.4826e0 * peer_week.ratio_mad end
            as ratio_peer_z,
        case
            when measured.usual_ratio is not null then (measured.billable_hours - peer_week.billable_hours_median)
                / case
                    when 1.4826e0 * peer_week.billable_hours_mad < 2e0 then 2e0
                    else 1.4826e0 * peer_week.billable_hours_mad
                end
        end as billable_peer_z
    from measured
    left join peer_week
        on peer_week.country = measured.country
        and peer_week.practice = measured.practice
        and peer_week.week_start = measured.week_start
),
own_excess as (                                        -- what the person adds to the approver's team over 4 weeks
    select
        timesheet_id,
        peers,
        ratio_peer_z,
        billable_peer_z,
        count(case when approved_at is not null then ratio_excess end) over recent_4 as own_timesheets,
        sum(case when approved_at is not null then ratio_excess end) over recent_4   as own_excess_sum
    from compared
    window
        recent_4 as (
            partition by employee_id, approver_id
            order by week_number
            range between 3 preceding and current row
        )
),
gathered as (
    select
        trailing.*,
        own_excess.peers,
        own_excess.ratio_peer_z,
        own_excess.billable_peer_z,
        repeated.pattern_weeks,
        repeated.total_weeks,
        new_project.new_project_share,
        budget.budget_unassigned_share,
        reciprocal.reciprocal_approvals,
        approver.grade                                                        as approver_grade,
        approver_trailing.lag_weeks,
        approver_trailing.usual_lag_hours,
        approver_trailing.team_timesheets - own_excess.own_timesheets         as others_timesheets,
        approver_trailing.team_excess_sum - coalesce(own_excess.own_excess_sum, 0e0) as others_excess_sum,
        cast(silent_days as double) / nullif(cast(observable_days as double), 0e0) as silent_share,
        (cast(silent_8_days as double) + 0.5e0) / (cast(observable_8_days as double) + 1e0) as usual_8_share,
        cast(silent_4_days as double) / nullif(cast(observable_4_days as double), 0e0) as silent_4_share,
        (cast(silent_16_days as double) + 0.5e0) / (cast(observable_16_days as double) + 1e0) as usual_16_share,
        sqrt((cast(ratio_4_weeks - 1 as double) * ratio_4_var + cast(ratio_16_weeks - 1 as double) * ratio_16_var)
            / nullif(cast(ratio_4_weeks + ratio_16_weeks - 2 as double), 0e0)) as ratio_pooled_sd,
        sqrt((cast(whole_4_weeks - 1 as double) * whole_4_var + cast(whole_16_weeks - 1 as double) * whole_16_var)
            / nullif(cast(whole_4_weeks + whole_16_weeks - 2 as double), 0e0)) as whole_pooled_sd,
        sqrt(1e0 / nullif(cast(ratio_4_weeks as double), 0e0)
            + 1e0 / nullif(cast(ratio_16_weeks as double), 0e0))              as ratio_samples_root,
        sqrt(1e0 / nullif(cast(whole_4_weeks as double), 0e0)
            + 1e0 / nullif(cast(whole_16_weeks as double), 0e0))              as whole_samples_root,
        trend_weeks * trend_xy - trend_x * trend_y                            as trend_sxy,
        trend_weeks * trend_xx - trend_x * trend_x                            as trend_sxx,
        trend_weeks * trend_yy - trend_y * trend_y                            as trend_syy
    from trailing
    join own_excess
        on own_excess.timesheet_id = trailing.timesheet_id
    left join repeated
        on repeated.timesheet_id = trailing.timesheet_id
    left join new_project
        on new_project.timesheet_id = trailing.timesheet_id
    left join budget
        on budget.timesheet_id = trailing.timesheet_id
    left join reciprocal
        on reciprocal.employee_id = trailing.employee_id
        and reciprocal.approver_id = trailing.approver_id
        and reciprocal.week_number = trailing.week_number
    left join clean_employee as approver
        on approver.employee_id = trailing.approver_id
    left join approver_trailing
        on approver_trailing.approver_id = trailing.approver_id
        and approver_trailing.week_start = trailing.week_start
)
select
    timesheet_id,
    employee_id,
    country,
    region,
    practice,
    billing_main,
    grade,
    work_mode,
    manager_id,
    approver_id,
    main_project_id,
    main_client_id,
    worked_hours,
    capacity_hours,
    billable_hours,
    submitted_at,
    approved_at,

    worked_hours - capacity_hours as excess_hours,
    longest_day_hours,
    longest_entry_hours,
    case
        when ratio_8_weeks >= 4
            then round((usual_ratio - ratio_8_mean) / case when ratio_8_sd < 0.05e0 then 0.05e0 else ratio_8_sd end, 6)
    end as ratio_own_z,
    case when peers >= 8 then round(ratio_peer_z, 6) end as ratio_peer_z,
    case when peers >= 8 then round(billable_peer_z, 6) end as billable_peer_z,

    case
        when ratio_4_weeks >= 3 and ratio_16_weeks >= 8
            then round((ratio_4_mean - ratio_16_mean)
                / (case when ratio_pooled_sd < 0.02e0 then 0.02e0 else ratio_pooled_sd end * ratio_samples_root), 6)
    end as ratio_shift_t,
    case
        when whole_4_weeks >= 3 and whole_16_weeks >= 8
            then round((whole_4_mean - whole_16_mean)
                / (case when whole_pooled_sd < 0.1e0 then 0.1e0 else whole_pooled_sd end * whole_samples_root), 6)
    end as whole_hours_shift_t,
    case
        when vpn_8_weeks >= 4 and vpn_8_mean > 0e0
            then round((vpn_8_mean - vpn_minutes_per_hour) / case when vpn_8_sd < 2e0 then 2e0 else vpn_8_sd end, 6)
    end as vpn_drop_z,
    case                                               -- (rise of the ratio) x (fall of the share of days seen)
        when ratio_4_weeks >= 3 and ratio_16_weeks >= 8 and seen_16_mean > 0e0 and seen_4_mean is not null then
            case
                when ratio_4_mean > ratio_16_mean and seen_4_mean < seen_16_mean
                    then round((ratio_4_mean / ratio_16_mean - 1e0) * (1e0 - seen_4_mean / seen_16_mean), 6)
                else 0e0
            end
    end as hours_up_activity_down,
    case                                               -- slope x sqrt(R2) = slope x |correlation|
        when trend_weeks >= 8e0 and trend_syy > 1e-9 and trend_sxx > 0e0
            then round(trend_sxy / trend_sxx * abs(trend_sxy) / sqrt(trend_sxx * trend_syy), 6)
        when trend_weeks >= 8e0 then 0e0
    end as ratio_trend,

    case
        when observable_8_days < 15 or silent_share is null then null
        when silent_share <= usual_8_share then 0e0
        when silent_days = observable_days then round(cast(silent_days as double) * ln(1e0 / usual_8_share), 6)
        else round(cast(silent_days as double) * ln(silent_share / usual_8_share)
            + cast(observable_days - silent_days as double) * ln((1e0 - silent_share) / (1e0 - usual_8_share)), 6)
    end as silent_days_llr,
    case
        when observable_16_days < 15 or silent_4_share is null then null
        when silent_4_share <= usual_16_share then 0e0
        when silent_4_days = observable_4_days then round(cast(silent_4_days as double) * ln(1e0 / usual_16_share), 6)
        else round(cast(silent_4_days as double) * ln(silent_4_share / usual_16_share)
            + cast(observable_4_days - silent_4_days as double)
                * ln((1e0 - silent_4_share) / (1e0 - usual_16_share)), 6)
    end as silent_days_llr_4w,
    silent_off_hours,

    off_books_hours as closed_project_hours,
    unassigned_hours,
    case
        when unassigned_hours is null then null
        when unassigned_hours = 0e0 then 0e0
        else cast(sequence_number - coalesce(assigned_sequence_number, first_sequence_number - 1) as double)
    end as unassigned_run_weeks,
    unassigned_tm_hours,
    split_entry_hours,
    multi_client_excess_hours,
    round(overbilled_grade_hours * cast(overbilled_8_weeks as double) / cast(last_8_weeks as double), 6)
        as overbilled_grade_hours,
    case when own_weeks >= 4 then round(new_project_share, 6) end as new_project_share,
    outside_employment_hours,

    case
        when worked_hours > 0e0 and unassigned_hours is not null
            then round(coalesce(budget_unassigned_share, 0e0), 6)
    end as budget_unassigned_share,

    case
        when own_weeks < 4 or pattern_weeks is null then null
        when is_uneven then cast(pattern_weeks as double)
        else 0e0
    end as repeated_pattern_weeks,
    case
        when own_weeks < 4 or total_weeks is null then null
        when abs(worked_hours - capacity_hours) < 0.005e0 then 0e0
        when abs(worked_hours - 5e0 * contract_day_hours) < 0.005e0 then 0e0
        else cast(total_weeks as double)
    end as repeated_total_weeks,
    case when entry_8_weeks >= 4 then round(copied_share - copied_8_mean, 6) end as copied_share_excess,

    case when entry_8_weeks >= 4 then round(entry_lag_days - lag_8_mean, 6) end as entry_lag_excess_days,
    round(night_share, 6) as night_share,
    round(month_end_late_share, 6) as month_end_late_share,
    changed_after_approval_hours,
    deleted_approved_hours,

    case
        when approved_at is null or approver_id is null then null
        when approver_id = employee_id then 1e0
        else 0e0
    end as self_approval,
    case
        when approved_at is null or approver_id is null then null
        else cast(coalesce(reciprocal_approvals, 0) as double)
    end as reciprocal_approval,
    case                                               -- a partner (6) may be approved by a partner
        when approved_at is null or approver_grade is null then null
        when grade >= 6 then cast(6 - approver_grade as double)
        when approver_grade > grade then 0e0
        else cast(grade + 1 - approver_grade as double)
    end as junior_approver,
    case
        when lag_weeks >= 3
            then round(ln((usual_lag_hours + 1e0)
                / (case when approval_lag_hours < 0e0 then 0e0 else approval_lag_hours end + 1e0)), 6)
    end as approval_lag_drop,
    cast(case when is_quick = 1 then quick_8_weeks else is_quick end as double) as quick_approval,
    case
        when approved_at is not null and others_timesheets >= 8
            then round(others_excess_sum / cast(others_timesheets as double), 6)
    end as team_ratio_excess,
    week_start
from gathered
