"""A small Kimai with the traps of its tables; what nobody may read is `SECRET`."""

from pathlib import Path

SCHEMA = Path(__file__).with_name("kimai.sql").read_text(encoding="utf-8")
SECRET = "never to be read"
PEOPLE = f"""
insert into kimai2_users (id, username, email, password, alias, api_token, totp_secret, confirmation_token, title,
    enabled, registration_date, roles, supervisor_id) values
    (1, '{SECRET}1', '{SECRET}1', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}1', '{SECRET}', 1,
     '2024-02-01 08:30:00', 'a:0:{{}}', null),
    (2, '{SECRET}2', '{SECRET}2', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}2', '{SECRET}', 1, null,
     'a:0:{{}}', 1),
    (3, '{SECRET}3', '{SECRET}3', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}3', '{SECRET}', 0,
     '2026-01-01 00:00:00', 'a:0:{{}}', 1);
insert into kimai2_user_preferences (user_id, name, value) values
    (1, 'work_contract_type', 'day'), (1, 'work_monday', '28800'), (1, 'work_tuesday', '28800'),
    (1, 'work_wednesday', '28800'), (1, 'work_thursday', '28800'), (1, 'work_friday', '28800'),
    (1, 'work_saturday', '0'), (1, 'work_sunday', '0'), (1, 'work_start_day', '2024-02-01'), (1, 'work_last_day', null),
    (1, 'skin', '{SECRET}'),
    (2, 'work_contract_type', 'day'), (2, 'work_monday', '21600'), (2, 'work_tuesday', '21600'),
    (2, 'work_wednesday', '0'), (2, 'work_thursday', '21600'), (2, 'work_friday', '0'), (2, 'work_start_day', ''),
    (2, 'work_last_day', '2026-06-30'), (2, 'hourly_rate', '{SECRET}'),
    (3, 'work_contract_type', 'none'), (3, 'work_monday', '28800');
insert into kimai2_teams (id, name) values (7, '{SECRET}7'), (8, '{SECRET}8');
insert into kimai2_users_teams (user_id, team_id) values (1, 8), (1, 7), (2, 8);
insert into kimai2_customers (id, name, comment, visible, billable, contact, address, country, currency, phone, email,
    timezone, created_at) values
    (5, 'Acme', '{SECRET}', 1, 1, '{SECRET}', '{SECRET}', 'DE', 'EUR', '{SECRET}', '{SECRET}', 'Europe/Berlin',
     '2025-01-01 10:00:00'),
    (6, 'Ourselves', '{SECRET}', 1, 0, '{SECRET}', '{SECRET}', 'DE', 'EUR', '{SECRET}', '{SECRET}', 'Europe/Berlin',
     null);
insert into kimai2_projects (id, customer_id, name, comment, start, `end`, timezone, visible, billable, time_budget,
    budget_type, created_at) values
    (20, 5, 'Roll-out', '{SECRET}', '2025-12-31 23:00:00', '2026-12-31 22:59:59', 'Europe/Berlin', 1, 1, 360000, null,
     '2025-12-01 09:00:00'),
    (21, 5, 'Support', '{SECRET}', '2026-01-01 05:00:00', '2027-01-01 04:59:59', 'America/New_York', 1, 1, 36000,
     'month', null),
    (22, 6, 'Training', '{SECRET}', null, null, null, 1, 1, 0, null, null);
insert into kimai2_activities (id, project_id, name, comment, visible) values (30, null, '{SECRET}', '{SECRET}', 1);
insert into kimai2_access_token (user_id, token, name) values (1, '{SECRET}', '{SECRET}');
"""
# entry 1 is as old as Kimai: no modified_at; 2 lasts over midnight; 3 still runs; 4 is a day of sickness
ENTRIES = f"""
insert into kimai2_timesheet (id, user, activity_id, project_id, start_time, end_time, duration, description, rate,
    timezone, category, modified_at, date_tz, exported) values
    (1, 1, 30, 20, '2019-03-04 07:00:00', '2019-03-04 15:30:00', 30600, '{SECRET}', 0, 'Europe/Berlin', 'work', null,
     '2019-03-04', 1),
    (2, 2, 30, 21, '2026-01-05 04:30:00', '2026-01-05 06:10:00', 6000, null, 0, 'America/New_York', 'work',
     '2026-01-05 06:10:05', '2026-01-04', 0),
    (3, 1, 30, 20, '2026-01-05 08:00:00', null, 0, '', 0, 'Europe/Berlin', 'work', '2026-01-05 08:00:00',
     '2026-01-05', 0),
    (4, 1, 30, 22, '2026-01-06 08:00:00', '2026-01-06 16:00:00', 28800, '{SECRET}', 0, 'Europe/Berlin', 'sickness',
     '2026-01-06 16:00:00', '2026-01-06', 0),
    (5, 1, 30, 20, '2026-01-07 08:00:00', '2026-01-07 16:00:00', 28800, 'with a smile 🙂', 0, 'Europe/Berlin', 'work',
     '2026-01-07 16:00:00', '2026-01-07', 0),
    (6, 1, 30, 22, '2026-01-08 08:00:00', '2026-01-08 08:00:10', 10, 'a slip', 0, 'Europe/Berlin', 'work',
     '2026-01-08 08:00:10', '2026-01-08', 0);
insert into kimai2_working_times (user_id, approved_by, date, expected, actual, approved_at) values
    (1, 3, '2026-01-07', 28800, 28800, '2026-02-02 09:00:00'), (2, 1, '2026-01-04', 0, 6000, '2026-02-01 10:00:00')
"""
SCRIPTS = (SCHEMA, PEOPLE, ENTRIES)
