"""A small Odoo with the traps of its tables; what nobody may read is `SECRET`."""

from pathlib import Path

SCHEMA = Path(__file__).with_name("odoo.sql").read_text(encoding="utf-8")
SECRET = "never to be read"
SETTINGS = f"""
insert into uom_uom (id, category_id, name, uom_type, factor, rounding) values
    (3, 3, '{{"en_US": "Days"}}', 'reference', 1.0, 0.01), (4, 3, '{{"en_US": "Hours"}}', 'smaller', 8.0, 0.01);
insert into ir_model_data (module, name, model, res_id) values
    ('uom', 'product_uom_day', 'uom.uom', 3), ('uom', 'product_uom_hour', 'uom.uom', 4),
    ('base', 'product_uom_hour', 'uom.uom', 3);
insert into res_company (id, name, partner_id, currency_id, resource_calendar_id, email, leave_timesheet_task_id) values
    (1, '{SECRET}', 1, 1, 1, '{SECRET}', 90), (2, '{SECRET}', 2, 1, 2, '{SECRET}', null);
insert into resource_calendar (id, company_id, name, tz, two_weeks_calendar) values
    (1, 1, '{SECRET}', 'Europe/Brussels', false), (2, 2, '{SECRET}', 'America/New_York', true);
insert into resource_calendar_attendance
    (calendar_id, name, dayofweek, day_period, week_type, display_type, hour_from, hour_to, date_to)
select 1, '{SECRET}', day::varchar, period, null, null, low, high, null
from generate_series(0, 4) as day,
    (values ('morning', 8.0, 12.0), ('lunch', 12.0, 13.0), ('afternoon', 13.0, 17.0)) as hours (period, low, high)
union all select 1, '{SECRET}', '6', 'morning', null, null, 8, 12, date '2020-12-31'
union all select 2, '{SECRET}', '0', 'morning', '0', null, 9.0, 13.5, null
union all select 2, '{SECRET}', '1', 'morning', '1', null, 9.0, 13.5, null
union all select 2, '{SECRET}', '0', 'morning', '0', 'line_section', 0, 0, null;
insert into resource_calendar_leaves (company_id, calendar_id, resource_id, name, time_type, date_from, date_to) values
    -- New Year of one schedule, in its own time zone; two days for everyone of company 2; a person's own; no time off
    (1, 1, null, '{SECRET}', 'leave', '2025-12-31 23:00:00', '2026-01-01 22:59:59'),
    (2, null, null, '{SECRET}', 'leave', '2026-07-03 04:00:00', '2026-07-05 03:59:59'),
    (1, 1, 7, '{SECRET}', 'leave', '2026-01-06 07:00:00', '2026-01-06 16:00:00'),
    (1, 1, null, '{SECRET}', 'other', '2026-01-07 07:00:00', '2026-01-07 16:00:00');
"""
PEOPLE = f"""
insert into res_users (id, company_id, partner_id, login, password, totp_secret, signature) values
    (11, 1, 21, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}');
insert into hr_employee (id, resource_id, company_id, resource_calendar_id, department_id, user_id, parent_id, name,
    work_email, work_phone, private_email, private_street, birthday, passport_id, ssnid, pin, barcode, notes,
    departure_date, create_date, write_date) values
    (1, 1, 1, 1, 5, 11, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '1980-01-01', '{SECRET}',
     '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', null, '2024-01-01 08:00:00', '2026-01-02 08:00:00'),
    (2, 2, 2, null, null, null, 1, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '1981-01-01', '{SECRET}',
     '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2026-06-30', '2024-01-01 08:00:00', null);
insert into res_partner (id, name, is_company, parent_id, commercial_partner_id, industry_id, email, phone, vat,
    comment, create_date, write_date) values
    (50, 'Acme', true, null, 50, 9, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', '2025-02-01'),
    (51, '{SECRET}', false, 50, 50, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', '2025-02-01'),
    (52, '{SECRET}', false, null, 52, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', null),
    (53, 'Nobody''s', true, null, 53, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', null);
insert into project_project (id, company_id, partner_id, user_id, name, description, date_start, date, allocated_hours,
    create_date, write_date) values
    (20, 1, 51, 11, '{{"en_US": "Roll-out", "fr_FR": "Déploiement"}}', '{SECRET}', '2026-01-01', '2026-12-31', 120.5,
     '2025-12-01', '2025-12-02'),
    (21, 2, 52, null, '{{"en_US": "Advice"}}', '{SECRET}', null, null, 0, '2025-12-01', null),
    (22, null, null, null, '{{"en_US": "Internal"}}', '{SECRET}', null, null, null, '2025-12-01', null);
insert into project_task (id, project_id, name, description, email_cc, write_date) values
    (30, 20, '{SECRET}', '{SECRET}', '{SECRET}', '2026-01-05 07:00:00'),
    (90, 22, '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01 00:00:00');
insert into hr_leave_type (id, name, time_type, request_unit) values
    (1, '{{"en_US": "Paid Time Off"}}', 'leave', 'day'), (2, '{{"en_US": "Training"}}', 'other', 'day');
insert into hr_leave (id, holiday_status_id, employee_id, private_name, notes, state, request_date_from,
    request_date_to, request_unit_half, date_from, date_to, write_date) values
    (70, 1, 1, '{SECRET}', '{SECRET}', 'validate', '2026-01-08', '2026-01-09', null, '2026-01-08 07:00:00',
     '2026-01-09 16:00:00', '2026-01-07 10:00:00'),
    (71, 1, 1, '{SECRET}', '{SECRET}', 'confirm', '2026-02-02', '2026-02-03', false, '2026-02-02', '2026-02-03',
     '2026-01-07 10:00:00'),
    (72, 1, 2, '{SECRET}', '{SECRET}', 'validate', '2026-02-02', '2026-02-02', true, '2026-02-02', '2026-02-02',
     '2026-01-07 10:00:00'),
    (73, 2, 2, '{SECRET}', '{SECRET}', 'validate', '2026-02-03', '2026-02-03', false, '2026-02-03', '2026-02-03',
     '2026-01-07 10:00:00');
"""
# 1 in hours, 2 in days, 3 without a unit; 4 to 6 are time off, told apart by three different things; 7 is no
# timesheet, 8 a timer that was just started
LINES = f"""
insert into account_analytic_line (id, product_uom_id, company_id, name, date, unit_amount, task_id, project_id,
    employee_id, holiday_id, global_leave_id, create_date, write_date) values
    (1, 4, 1, '{SECRET}', '2026-01-05', 7.5, 30, 20, 1, null, null, '2026-01-05 17:00:00.123456', '2026-01-05 17:00:00.123456'),
    (2, 3, 2, '/', '2026-01-06', 0.5, null, 21, 2, null, null, '2026-01-06 17:00:00', '2026-01-06 17:30:00'),
    (3, null, 1, 'Smile 🙂', '2026-01-11', 3.333333, null, 22, 1, null, null, '2026-01-11 17:00:00', '2026-01-11 17:00:00'),
    (4, 4, 1, '{SECRET}', '2026-01-08', 8, 90, 22, 1, 70, null, '2026-01-07 10:00:00', '2026-01-07 10:00:00'),
    (5, 4, 1, '{SECRET}', '2026-01-01', 8, 90, 22, 1, null, 1, '2026-01-01 10:00:00', '2026-01-01 10:00:00'),
    (6, 4, 1, '{SECRET}', '2026-01-09', 8, 90, 22, 1, null, null, '2026-01-07 10:00:00', '2026-01-07 10:00:00'),
    (7, null, 1, '{SECRET}', '2026-01-05', 3, null, null, null, null, null, '2026-01-05 17:00:00', '2026-01-05 17:00:00'),
    (8, 4, 1, '/', '2026-01-05', 0, 30, 20, 1, null, null, '2026-01-05 17:00:00', '2026-01-05 17:00:00');
"""  # noqa: E501
SCRIPTS = (SCHEMA, SETTINGS, PEOPLE, LINES)
