-- One row per timesheet that auditors are asked to look at: within the review capacity, the first per cent of its
-- week (at least one), and with a score above 0. Equal scores are ranked by timesheet_id.
-- Reads timesheet_scores, timesheet_features, clean_project and clean_client.
with ranked as (
    select
        timesheet_scores.*,
        row_number() over (partition by week_start order by score desc, timesheet_id) as suspect_rank,
        count(*) over (partition by week_start)                                       as scored_timesheets
    from timesheet_scores
)
select
    ranked.suspect_rank,
    ranked.timesheet_id,
    ranked.employee_id,
    features.country,
    features.region,
    features.practice,
    features.grade,
    features.main_project_id,
    project.name as project_name,
    features.main_client_id,
    client.name  as client_name,
    features.approver_id,
    features.worked_hours,
    features.capacity_hours,
    ranked.score,
    ranked.reason_codes,
    ranked.explanation,
    ranked.evidence,
    ranked.model_version,
    ranked.run_id,
    ranked.scored_at,
    ranked.week_start
from ranked
join timesheet_features as features
    on features.timesheet_id = ranked.timesheet_id
    and features.week_start = ranked.week_start
left join clean_project as project
    on project.project_id = features.main_project_id
left join clean_client as client
    on client.client_id = features.main_client_id
where ranked.score > 0e0
    and (ranked.suspect_rank = 1 or ranked.suspect_rank * 100 <= ranked.scored_timesheets)
