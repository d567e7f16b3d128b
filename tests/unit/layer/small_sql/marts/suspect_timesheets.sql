select timesheet_id, score, week_start from timesheet_scores where score > 0e0
