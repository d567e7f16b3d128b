select timesheet_id from timesheet_scores where timesheet_id not in (select timesheet_id from timesheet_features)
