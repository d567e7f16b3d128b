-- One row per timesheet with features and without a score, or the other way round.
select
    coalesce(features.timesheet_id, scores.timesheet_id) as timesheet_id,
    coalesce(features.week_start, scores.week_start)     as week_start
from timesheet_features as features
full outer join timesheet_scores as scores
    on scores.timesheet_id = features.timesheet_id
    and scores.employee_id = features.employee_id
    and scores.week_start = features.week_start
where features.timesheet_id is null
    or scores.timesheet_id is null
