-- The tables of Odoo 17.0 Community that matter to sources/odoo.yaml, written after the models of its modules analytic,
-- hr, hr_holidays, hr_timesheet, project, project_timesheet_holidays, resource and uom (https://github.com/odoo/odoo).
-- Tables with personal data have their personal columns; columns that hold only numbers or flags nobody reads
-- are left out, and so are foreign keys to other tables.
create table ir_model_data (
    id serial primary key, create_uid int4, create_date timestamp, write_date timestamp, write_uid int4, res_id int4,
    noupdate bool default false, name varchar not null, module varchar not null, model varchar not null,
    unique (module, name)
);
create table res_company (
    id serial primary key, name varchar not null, partner_id int4 not null, currency_id int4 not null,
    resource_calendar_id int4, email varchar, phone varchar, internal_project_id int4, leave_timesheet_task_id int4,
    project_time_mode_id int4, timesheet_encode_uom_id int4, create_date timestamp, write_date timestamp
);
create table res_users (
    id serial primary key, company_id int4 not null, partner_id int4 not null, active bool default true,
    login varchar not null, password varchar, totp_secret varchar, signature text, create_date timestamp,
    write_date timestamp
);
create table res_partner (
    id serial primary key, company_id int4, name varchar, complete_name varchar, display_name varchar, title int4,
    parent_id int4, user_id int4, industry_id int4, commercial_partner_id int4, lang varchar, tz varchar, vat varchar,
    website varchar, comment text, function varchar, street varchar, street2 varchar, zip varchar, city varchar,
    email varchar, email_normalized varchar, phone varchar, mobile varchar, is_company bool, active bool,
    signup_token varchar, create_date timestamp, write_date timestamp
);
create table uom_uom (
    id serial primary key, category_id int4 not null, name jsonb not null, uom_type varchar not null,
    factor numeric not null, rounding numeric not null, active bool default true, create_date timestamp,
    write_date timestamp
);
create table resource_calendar (
    id serial primary key, company_id int4, name varchar not null, tz varchar not null, active bool default true,
    two_weeks_calendar bool, hours_per_day float8, create_date timestamp, write_date timestamp
);
create table resource_calendar_attendance (
    id serial primary key, calendar_id int4 not null references resource_calendar on delete cascade, resource_id int4,
    sequence int4, name varchar not null, dayofweek varchar not null, day_period varchar not null, week_type varchar,
    display_type varchar, date_from date, date_to date, hour_from float8 not null, hour_to float8 not null,
    duration_days float8, create_date timestamp, write_date timestamp
);
create table hr_department (
    id serial primary key, company_id int4, parent_id int4, manager_id int4, name jsonb not null,
    complete_name varchar, note text, active bool default true, create_date timestamp, write_date timestamp
);
create table hr_employee (
    id serial primary key, resource_id int4 not null, company_id int4 not null, resource_calendar_id int4,
    department_id int4, job_id int4, address_id int4, work_contact_id int4, work_location_id int4, user_id int4,
    parent_id int4, coach_id int4, private_state_id int4, private_country_id int4, country_id int4, children int4,
    country_of_birth int4, bank_account_id int4, departure_reason_id int4, name varchar, job_title varchar,
    work_phone varchar, mobile_phone varchar, work_email varchar, private_street varchar, private_street2 varchar,
    private_city varchar, private_zip varchar, private_phone varchar, private_email varchar, lang varchar,
    gender varchar, marital varchar, spouse_complete_name varchar, place_of_birth varchar, ssnid varchar,
    sinid varchar, identification_id varchar, passport_id varchar, permit_no varchar, visa_no varchar,
    certificate varchar, study_field varchar, study_school varchar, emergency_contact varchar,
    emergency_phone varchar, employee_type varchar not null default 'employee', barcode varchar, pin varchar,
    private_car_plate varchar, spouse_birthdate date, birthday date, visa_expire date,
    work_permit_expiration_date date, departure_date date, departure_description text, additional_note text,
    notes text, active bool default true, create_date timestamp, write_date timestamp
);
create table project_project (
    id serial primary key, company_id int4, partner_id int4, user_id int4, stage_id int4, analytic_account_id int4,
    alias_id int4, privacy_visibility varchar not null default 'portal', last_update_status varchar not null default 'to_define',
    date_start date, date date, name jsonb not null, label_tasks jsonb, description text, active bool default true,
    allow_timesheets bool, allocated_hours float8, create_date timestamp, write_date timestamp
);
create table project_task (
    id serial primary key, project_id int4, stage_id int4, parent_id int4, partner_id int4, name varchar not null,
    description text, email_cc varchar, state varchar not null default '01_in_progress', active bool default true,
    date_deadline timestamp, date_end timestamp, allocated_hours float8, create_date timestamp, write_date timestamp
);
create table hr_leave_type (
    id serial primary key, company_id int4, name jsonb not null, time_type varchar, request_unit varchar not null,
    active bool default true, timesheet_generate bool, timesheet_project_id int4, timesheet_task_id int4,
    create_date timestamp, write_date timestamp
);
create table hr_leave (
    id serial primary key, user_id int4, manager_id int4, holiday_status_id int4 not null, employee_id int4,
    company_id int4, department_id int4, first_approver_id int4, second_approver_id int4, private_name varchar,
    state varchar, holiday_type varchar not null default 'employee', request_date_from_period varchar,
    request_date_from date, request_date_to date, notes text, report_note text, request_unit_half bool,
    request_unit_hours bool, date_from timestamp not null, date_to timestamp not null, number_of_days float8,
    number_of_hours float8, active bool default true, create_date timestamp, write_date timestamp
);
create table resource_calendar_leaves (
    id serial primary key, company_id int4, calendar_id int4, resource_id int4, holiday_id int4, name varchar,
    time_type varchar, date_from timestamp not null, date_to timestamp not null, create_date timestamp,
    write_date timestamp
);
create table account_analytic_line (
    id serial primary key, product_uom_id int4, account_id int4, partner_id int4, user_id int4, company_id int4 not null,
    currency_id int4, category varchar, name varchar not null, date date not null, amount numeric not null default 0,
    unit_amount float8 default 0, task_id int4, parent_task_id int4, project_id int4, employee_id int4,
    department_id int4, manager_id int4, holiday_id int4, global_leave_id int4, create_uid int4,
    create_date timestamp, write_uid int4, write_date timestamp
);
create index account_analytic_line__date_index on account_analytic_line (date);
create index account_analytic_line__project_id_index on account_analytic_line (project_id);
create index account_analytic_line__task_id_index on account_analytic_line (task_id) where task_id is not null;
