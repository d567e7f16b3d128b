-- One row per timesheet and project: the hours booked on it.
-- Reads timesheet_line. Read by project_week, employee_week and timesheet_features.
with project_day as (
    select
        timesheet_id,
        employee_id,
        project_id,
        client_id,
        billing,
        work_date,
        week_start,
        sum(hours)                                             as hours,
        max(hours)                                             as longest_entry_hours,
        count(*)                                               as entries,
        sum(case is_assigned when true then 0e0 when false then hours end)   as unassigned_hours,
        sum(case is_off_books when true then hours when false then 0e0 end) as off_books_hours
    from timesheet_line
    group by timesheet_id, employee_id, project_id, client_id, billing, work_date, week_start
)
select
    timesheet_id,
    employee_id,
    project_id,
    client_id,
    billing,
    sum(hours)            as hours,
    sum(unassigned_hours) as unassigned_hours,
    sum(off_books_hours)  as off_books_hours,
    sum(case                                               -- above 10 hours an entry needs a second approval
        when entries > 1 and hours > 10e0 and longest_entry_hours <= 10e0 then hours
        else 0e0
    end)                  as split_entry_hours,
    week_start
from project_day
group by timesheet_id, employee_id, project_id, client_id, billing, week_start
