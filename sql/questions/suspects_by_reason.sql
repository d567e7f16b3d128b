-- Which suspects share this reason? One row per suspect timesheet. Parameter: reason code, for example UNASSIGNED.
select
    week_start,
    suspect_rank,
    timesheet_id,
    employee_id,
    project_name,
    client_name,
    approver_id,
    worked_hours,
    score,
    reason_codes,
    explanation
from suspect_timesheets
where concat(',', reason_codes, ',') like concat('%,', ?, ',%')
order by week_start desc, suspect_rank
