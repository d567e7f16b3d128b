-- One row per country, practice and week: what is usual there, over the timesheets with hours and at least 4 hours
-- of capacity.
-- Medians are exact: the value (or the mean of the two values) in the middle, so that every engine finds the same.
-- MAD = median distance from the median. Reads employee_week. Read by approver_week and timesheet_features.
with compared as (
    select
        country,
        practice,
        week_start,
        timesheet_id,
        ratio,
        billable_hours
    from employee_week
    where worked_hours > 0e0
        and capacity_hours >= 4e0
),
ranked as (
    select
        compared.*,
        count(*) over (partition by country, practice, week_start) as timesheets,
        row_number() over (
            partition by country, practice, week_start order by ratio, timesheet_id
        ) as ratio_rank,
        row_number() over (
            partition by country, practice, week_start order by billable_hours, timesheet_id
        ) as billable_rank
    from compared
),
center as (
    select
        country,
        practice,
        week_start,
        max(timesheets) as timesheets,
        avg(case when 2 * ratio_rank between timesheets and timesheets + 2 then ratio end) as ratio_median,
        avg(case when 2 * billable_rank between timesheets and timesheets + 2 then billable_hours end)
            as billable_hours_median
    from ranked
    group by country, practice, week_start
),
distance as (
    select
        compared.country,
        compared.practice,
        compared.week_start,
        compared.timesheet_id,
        abs(compared.ratio - center.ratio_median)                   as ratio_distance,
        abs(compared.billable_hours - center.billable_hours_median) as billable_distance_hours
    from compared
    join center
        on center.country = compared.country
        and center.practice = compared.practice
        and center.week_start = compared.week_start
),
ranked_distance as (
    select
        distance.*,
        count(*) over (partition by country, practice, week_start) as timesheets,
        row_number() over (
            partition by country, practice, week_start order by ratio_distance, timesheet_id
        ) as ratio_rank,
        row_number() over (
            partition by country, practice, week_start order by billable_distance_hours, timesheet_id
        ) as billable_rank
    from distance
),
spread as (
    select
        country,
        practice,
        week_start,
        avg(case when 2 * ratio_rank between timesheets and timesheets + 2 then ratio_distance end) as ratio_mad,
        avg(case
            when 2 * billable_rank between timesheets and timesheets + 2 then billable_distance_hours
        end) as billable_hours_mad
    from ranked_distance
    group by country, practice, week_start
)
select
    center.country,
    center.practice,
    center.timesheets,
    center.ratio_median,
    spread.ratio_mad,
    center.billable_hours_median,
    spread.billable_hours_mad,
    center.week_start
from center
join spread
    on spread.country = center.country
    and spread.practice = center.practice
    and spread.week_start = center.week_start
