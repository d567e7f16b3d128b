-- One row per timesheet of a known employee: the facts of its week, also when nothing was booked.
-- Capacity = contract hours on the country's working days that are neither holiday nor leave nor outside employment.
-- Activity columns are null in a week in which badge and VPN saw nobody: no data is not silence.
-- Reads timesheet_line, employee_project_week, deleted_line, clean_*. Read by peer_week, approver_week and timesheet_features.
with week as (
    select distinct week_start
    from clean_timesheet
),
weekday as (
    select day_number
    from (values 0, 1, 2, 3, 4, 5, 6) as numbers (day_number)
),
calendar as (
    select
        country.country,
        week.week_start,
        cast(date_add('day', weekday.day_number, week.week_start) as date) as work_date,
        substr(country.work_days, weekday.day_number + 1, 1) = '1'
            and holiday.holiday_date is null as is_workday
    from week
    cross join weekday
    cross join clean_country as country
    left join clean_holiday as holiday
        on holiday.country = country.country
        and holiday.holiday_date = cast(date_add('day', weekday.day_number, week.week_start) as date)
),
country_week as (
    select
        country,
        week_start,
        count(*) as workdays
    from calendar
    where is_workday
    group by country, week_start
),
roster as (
    select
        timesheet.timesheet_id,
        timesheet.employee_id,
        employee.country,
        employee.region,
        employee.practice,
        employee.grade,
        employee.work_mode,
        employee.manager_id,
        employee.hire_date,
        coalesce(employee.term_date, date '9999-12-31') as last_date,
        timesheet.approver_id,
        timesheet.submitted_at,
        timesheet.approved_at,
        country.work_days,
        cast(employee.weekly_hours as double) * cast(employee.fte as double)
            / nullif(cast(length(replace(country.work_days, '0', '')) as double), 0e0) as contract_day_hours,
        timesheet.week_start
    from clean_timesheet as timesheet
    join clean_employee as employee
        on employee.employee_id = timesheet.employee_id
    left join clean_country as country
        on country.country = employee.country
),
leave_on_workday as (
    select
        leave_day.employee_id,
        leave_day.week_start,
        leave_day.leave_date as absent_date
    from clean_leave_day as leave_day
    join clean_employee as employee
        on employee.employee_id = leave_day.employee_id
    join calendar
        on calendar.country = employee.country
        and calendar.work_date = leave_day.leave_date
    where calendar.is_workday
),
not_employed_day as (                                  -- only the weeks in which somebody joined or left
    select distinct
        roster.employee_id,
        roster.week_start,
        calendar.work_date as absent_date
    from roster
    join calendar
        on calendar.country = roster.country
        and calendar.week_start = roster.week_start
    where calendar.is_workday
        and (calendar.work_date < roster.hire_date or calendar.work_date > roster.last_date)
),
absence as (
    select
        employee_id,
        week_start,
        count(*) as absent_days
    from (
        select employee_id, week_start, absent_date from leave_on_workday
        union
        select employee_id, week_start, absent_date from not_employed_day
    ) as absent
    group by employee_id, week_start
),
line_week as (                                         -- what needs no calendar
    select
        timesheet_id,
        sum(hours)                                                     as worked_hours,
        max(hours)                                                     as longest_entry_hours,
        cast(count(*) as double)                                       as entries,
        cast(sum(case when hours = floor(hours) then 1 else 0 end) as double) as whole_entries,
        cast(sum(case when source = 'copy' then 1 when source is not null then 0 end) as double) as copied_entries,
        sum(case bill_grade > grade when true then hours when false then 0e0 end) as overbilled_grade_hours,
        cast(sum(date_diff('day', work_date, cast(keyed_at_local as date))) as double) as lag_days,
        sum(case
            when keyed_at_local is null then null
            when date_diff('day', work_date, cast(keyed_at_local as date)) > 7
                and day(keyed_at_local) > 26
                and month(date_add('day', 2, keyed_at_local)) <> month(keyed_at_local) then hours
            else 0e0
        end)                                                           as month_end_late_hours,
        sum(case is_changed_late when true then hours when false then 0e0 end) as changed_after_approval_hours
    from timesheet_line
    group by timesheet_id
),
line_day as (
    select
        timesheet_id,
        work_date,
        sum(hours)                                       as hours,
        min(case when client_id <> 0 then client_id end) as first_client_id,
        max(case when client_id <> 0 then client_id end) as last_client_id,
        sum(case hour(keyed_at_local) >= 22 or hour(keyed_at_local) < 6
            when true then hours
            when false then 0e0
        end)                                             as night_hours
    from timesheet_line
    group by timesheet_id, work_date
),
activity_week as (
    select distinct week_start
    from clean_activity_day
),
travel_day as (
    select distinct
        travel.employee_id,
        calendar_day.work_date
    from clean_travel as travel
    join (
        select distinct work_date
        from calendar
    ) as calendar_day
        on calendar_day.work_date between travel.start_date and travel.end_date
),
employee_day as (
    select
        line_day.*,
        day_of_week(line_day.work_date) as weekday_number,
        roster.contract_day_hours,
        line_day.work_date < roster.hire_date or line_day.work_date > roster.last_date as is_outside_employment,
        coalesce(substr(roster.work_days, cast(day_of_week(line_day.work_date) as integer), 1) = '1', false)
            and holiday.holiday_date is null
            and leave_day.employee_id is null                                    as is_expected,
        travel_day.employee_id is not null                                       as is_travelling,
        coalesce(activity.badge, false) or coalesce(activity.vpn_minutes, 0) > 0 as is_seen,
        coalesce(activity.vpn_minutes, 0)                                        as vpn_minutes
    from line_day
    join roster
        on roster.timesheet_id = line_day.timesheet_id
    left join clean_holiday as holiday
        on holiday.country = roster.country
        and holiday.holiday_date = line_day.work_date
    left join clean_leave_day as leave_day
        on leave_day.employee_id = roster.employee_id
        and leave_day.leave_date = line_day.work_date
    left join clean_activity_day as activity
        on activity.employee_id = roster.employee_id
        and activity.activity_date = line_day.work_date
    left join travel_day
        on travel_day.employee_id = roster.employee_id
        and travel_day.work_date = line_day.work_date
),
day_week as (
    select
        timesheet_id,
        max(hours)                                                       as longest_day_hours,
        sum(case when weekday_number = 1 then hours else 0e0 end)        as monday_hours,
        sum(case when weekday_number = 2 then hours else 0e0 end)        as tuesday_hours,
        sum(case when weekday_number = 3 then hours else 0e0 end)        as wednesday_hours,
        sum(case when weekday_number = 4 then hours else 0e0 end)        as thursday_hours,
        sum(case when weekday_number = 5 then hours else 0e0 end)        as friday_hours,
        sum(case when weekday_number = 6 then hours else 0e0 end)        as saturday_hours,
        sum(case when weekday_number = 7 then hours else 0e0 end)        as sunday_hours,
        max(abs(hours - contract_day_hours)) > 0.005e0                   as is_uneven,
        sum(case when is_expected and not is_travelling then 1 else 0 end) as observable_days,
        sum(case when is_expected and not is_travelling and not is_seen then 1 else 0 end) as silent_days,
        sum(case when not is_expected and not is_travelling and not is_seen then hours else 0e0 end)
                                                                         as silent_off_hours,
        sum(case when is_travelling then 0 else vpn_minutes end)         as vpn_minutes,
        sum(case when is_travelling then 0e0 else hours end)             as home_hours,
        sum(case
            when contract_day_hours is null then null
            when first_client_id < last_client_id and hours > contract_day_hours
                then hours - contract_day_hours
            else 0e0
        end)                                                             as multi_client_excess_hours,
        sum(case is_outside_employment when true then hours when false then 0e0 end) as outside_employment_hours,
        sum(case when is_travelling then 0e0 else night_hours end)       as night_hours
    from employee_day
    group by timesheet_id
),
ranked_project as (
    select
        employee_project_week.*,
        row_number() over (partition by timesheet_id order by hours desc, project_id) as project_rank
    from employee_project_week
),
project_sums as (
    select
        timesheet_id,
        max(case when project_rank = 1 then project_id end)                as main_project_id,
        max(case when project_rank = 1 then client_id end)                 as main_client_id,
        max(case when project_rank = 1 then billing end)                   as billing_main,
        sum(case when client_id <> 0 then hours else 0e0 end)              as billable_hours,
        sum(unassigned_hours)                                              as unassigned_hours,
        sum(case when billing = 'TM' or unassigned_hours is null then unassigned_hours else 0e0 end) as unassigned_tm_hours,
        sum(off_books_hours)                                               as off_books_hours,
        sum(split_entry_hours)                                             as split_entry_hours
    from ranked_project
    group by timesheet_id
),
fixed_price_week as (                                  -- who is assigned to a fixed-price project in which week
    select distinct
        assignment.employee_id,
        week.week_start
    from clean_assignment as assignment
    join clean_project as project
        on project.project_id = assignment.project_id
        and project.billing = 'FIXED'
    join week
        on assignment.start_date <= cast(date_add('day', 6, week.week_start) as date)
        and assignment.end_date >= week.week_start
),
deleted_week as (                                      -- without entries that came back
    select
        gone.timesheet_id,
        sum(case when gone.is_approved then gone.hours else 0e0 end) as deleted_approved_hours
    from deleted_line as gone
    left join timesheet_line as line
        on line.entry_id = gone.entry_id
    where line.entry_id is null
    group by gone.timesheet_id
),
combined as (
    select
        roster.*,
        project_sums.billing_main,
        project_sums.main_project_id,
        project_sums.main_client_id,
        coalesce(line_week.worked_hours, 0e0)                   as worked_hours,
        roster.contract_day_hours * cast(
            coalesce(country_week.workdays, 0) - coalesce(absence.absent_days, 0) as double
        )                                                       as capacity_hours,
        coalesce(project_sums.billable_hours, 0e0)              as billable_hours,
        coalesce(day_week.longest_day_hours, 0e0)              as longest_day_hours,
        coalesce(line_week.longest_entry_hours, 0e0)            as longest_entry_hours,
        line_week.whole_entries / line_week.entries            as whole_hour_share,
        line_week.copied_entries / line_week.entries           as copied_share,
        cast(cast(round(100e0 * day_week.monday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.tuesday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.wednesday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.thursday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.friday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.saturday_hours) as bigint) as varchar)
            || '|' || cast(cast(round(100e0 * day_week.sunday_hours) as bigint) as varchar)
                                                                as hours_by_day,
        coalesce(day_week.is_uneven, false)                    as is_uneven,
        activity_week.week_start is not null                    as has_activity,
        coalesce(day_week.observable_days, 0)                  as observable_days,
        coalesce(day_week.silent_days, 0)                      as silent_days,
        coalesce(day_week.silent_off_hours, 0e0)               as silent_off_hours,
        cast(day_week.vpn_minutes as double) / nullif(day_week.home_hours, 0e0) as vpn_minutes_per_hour,
        case when project_sums.timesheet_id is null then 0e0 else project_sums.unassigned_hours end as unassigned_hours,
        case
            when project_sums.timesheet_id is null then 0e0
            when fixed_price_week.employee_id is null and project_sums.unassigned_tm_hours is not null then 0e0
            else project_sums.unassigned_tm_hours
        end                                                     as unassigned_tm_hours,
        case when project_sums.timesheet_id is null then 0e0 else project_sums.off_books_hours end as off_books_hours,
        coalesce(project_sums.split_entry_hours, 0e0)           as split_entry_hours,
        case
            when line_week.entries is null then 0e0
            else day_week.multi_client_excess_hours
        end                                                     as multi_client_excess_hours,
        case when line_week.entries is null then 0e0 else line_week.overbilled_grade_hours end as overbilled_grade_hours,
        case
            when line_week.entries is null then 0e0
            else day_week.outside_employment_hours
        end                                                     as outside_employment_hours,
        line_week.lag_days / line_week.entries                  as entry_lag_days,
        day_week.night_hours / line_week.worked_hours          as night_share,
        line_week.month_end_late_hours / line_week.worked_hours as month_end_late_share,
        line_week.changed_after_approval_hours,
        coalesce(deleted_week.deleted_approved_hours, 0e0)      as deleted_approved_hours,
        (to_unixtime(roster.approved_at) - to_unixtime(roster.submitted_at)) / 3600e0 as approval_lag_hours
    from roster
    left join line_week
        on line_week.timesheet_id = roster.timesheet_id
    left join day_week
        on day_week.timesheet_id = roster.timesheet_id
    left join project_sums
        on project_sums.timesheet_id = roster.timesheet_id
    left join deleted_week
        on deleted_week.timesheet_id = roster.timesheet_id
    left join country_week
        on country_week.country = roster.country
        and country_week.week_start = roster.week_start
    left join absence
        on absence.employee_id = roster.employee_id
        and absence.week_start = roster.week_start
    left join fixed_price_week
        on fixed_price_week.employee_id = roster.employee_id
        and fixed_price_week.week_start = roster.week_start
    left join activity_week
        on activity_week.week_start = roster.week_start
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
    submitted_at,
    approved_at,
    worked_hours,
    capacity_hours,
    billable_hours,
    worked_hours / case when capacity_hours < 4e0 then 4e0 else capacity_hours end as ratio,
    longest_day_hours,
    longest_entry_hours,
    whole_hour_share,
    copied_share,
    hours_by_day,
    contract_day_hours,
    is_uneven,
    has_activity,
    case when has_activity then observable_days end      as observable_days,
    case when has_activity then silent_days end          as silent_days,
    case when has_activity then silent_off_hours end     as silent_off_hours,
    case when has_activity then vpn_minutes_per_hour end as vpn_minutes_per_hour,
    unassigned_hours,
    unassigned_tm_hours,
    off_books_hours,
    split_entry_hours,
    multi_client_excess_hours,
    overbilled_grade_hours,
    outside_employment_hours,
    entry_lag_days,
    night_share,
    month_end_late_share,
    changed_after_approval_hours,
    deleted_approved_hours,
    approval_lag_hours,
    week_start
from combined
