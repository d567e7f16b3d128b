-- What did this employee book, week by week? One row per timesheet. Parameter: employee_id.
select
    features.week_start,
    features.timesheet_id,
    features.worked_hours,
    features.capacity_hours,
    features.billable_hours,
    features.main_project_id,
    features.approver_id,
    features.submitted_at,
    features.approved_at,
    scores.score,
    scores.reason_codes,
    scores.explanation
from timesheet_features as features
left join timesheet_scores as scores
    on scores.timesheet_id = features.timesheet_id
    and scores.week_start = features.week_start
where features.employee_id = ?
order by features.week_start, features.timesheet_id
