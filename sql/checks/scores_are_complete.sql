-- One row per score that is missing or not between 0 and 1, or that does not say its reasons, model, run and time.
select
    timesheet_id,
    score,
    week_start
from timesheet_scores
where score is null
    or not (score >= 0e0 and score <= 1e0)
    or reason_codes is null
    or explanation is null
    or evidence is null
    or model_version is null
    or run_id is null
    or scored_at is null
