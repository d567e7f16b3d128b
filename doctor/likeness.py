"""Which tables and columns of an unknown database may be the ones that Hourglass works with, judged by their names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hourglass.sources import SourceTable

from doctor.facts import Column, Table
from doctor.proposal import mapping_type
from doctor.sensitive import snake_case, why_left_out

ENOUGH = 1.0


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What other systems call these tables; the first words are the surest.
TABLE_NAMES: Mapping[str, tuple[str, ...]] = {
    "country": _words("country countries"),
    "holiday": _words("holiday public_holiday bank_holiday feiertag"),
    "employee": _words("employee staff consultant worker personnel mitarbeiter user person"),
    "client": _words("client customer kunde partner account"),
    "project": _words("project projekt engagement matter"),
    "assignment": _words("assignment allocation staffing project_member team_member"),
    "leave_day": _words("leave_day leave absence vacation time_off urlaub"),
    "travel": _words("travel trip reise"),
    "activity_day": _words("activity_day badge attendance presence"),
    "timesheet": _words("timesheet time_sheet week_sheet"),
    "timesheet_entry": _words(
        "timesheet_entry time_entry worklog work_log timelog time_log timesheet_line analytic_line time_record"
    ),
}
# What other systems call these columns.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "entry_id": _words("id"),
    "timesheet_id": _words("sheet_id id"),
    "employee_id": _words("user_id staff_id worker_id person_id resource_id consultant_id user id"),
    "client_id": _words("customer_id partner_id account_id kunde_id id"),
    "project_id": _words("projekt_id job_id engagement_id id"),
    "assignment_id": _words("allocation_id id"),
    "travel_id": _words("trip_id id"),
    "country": _words("country_code code iso iso2"),
    "holiday_date": _words("date day"),
    "leave_date": _words("date day"),
    "activity_date": _words("date day"),
    "work_date": _words("date day entry_date spent_on spent_date work_day"),
    "week_start": _words("week start_date date_start begin"),
    "hours": _words("unit_amount quantity spent_hours time_spent stunden"),
    "task": _words("task_id activity_id activity"),
    "start_date": _words("begin_date date_start valid_from from_date start begin"),
    "end_date": _words("date_end valid_to to_date due_date end deadline"),
    "hire_date": _words("entry_date joined_on start_date employed_since"),
    "term_date": _words("exit_date left_on leave_date end_date termination_date"),
    "closed_date": _words("closed_on closed_at"),
    "budget_hours": _words("planned_hours allocated_hours estimated_hours hours_budget time_budget"),
    "weekly_hours": _words("hours_per_week week_hours"),
    "manager_id": _words("supervisor_id parent_id lead_id project_manager_id"),
    "practice": _words("department department_id team unit business_unit"),
    "region": _words("location office site"),
    "grade": _words("level seniority rank job_level"),
    "alloc_pct": _words("percentage allocation percent"),
    "kind": _words("type leave_type category"),
    "billing": _words("billing_type billable bill_type"),
    "submitted_at": _words("submitted_on submit_date date_submitted"),
    "approved_at": _words("approved_on approval_date validated_at date_approved"),
    "approver_id": _words("approved_by validated_by validator_id"),
    "created_at": _words("create_date created_on creation_date date_created created inserted_at"),
    "industry": _words("sector industry_id"),
    "source": _words("origin channel"),
}


@dataclass(frozen=True)
class Match:
    """A table of the source that may stand for one of Hourglass's, and its columns by the names that they land as."""

    table: Table
    columns: Mapping[str, Column]


def match_tables(wanted: Sequence[SourceTable], tables: Sequence[Table]) -> dict[str, Match]:
    """The likeliest table for each of Hourglass's; every table of the source stands for one at most."""
    scored = []
    for target in wanted:
        for table in tables:
            named = _name_score(TABLE_NAMES.get(target.name, (target.name,)), table.name)
            columns = match_columns(target, table) if named else {}
            if set(target.key) <= columns.keys():
                scored.append((named + len(columns) / len(target.columns), target.name, table, columns))
    matches: dict[str, Match] = {}
    taken: set[tuple[str, str]] = set()
    for score, name, table, columns in sorted(scored, key=lambda one: (-one[0], one[1], one[2].name)):
        if score >= ENOUGH and name not in matches and (table.schema, table.name) not in taken:
            matches[name] = Match(table, columns)
            taken.add((table.schema, table.name))
    return matches


def match_columns(target: SourceTable, table: Table) -> dict[str, Column]:
    """The columns of a table that may stand for those of one of Hourglass's; never what may not be selected."""
    allowed = {
        snake_case(column.name): column
        for column in table.columns
        if why_left_out(column.name, column.type) is None and mapping_type(column) is not None
    }
    found: dict[str, Column] = {}
    for wanted in target.columns:
        for name in (wanted.name, *COLUMN_NAMES.get(wanted.name, ())):
            column = allowed.get(name)
            if column is not None and column not in found.values():
                found[wanted.name] = column
                break
    return found


def _name_score(names: Sequence[str], table: str) -> float:
    """2 for the very name, less for a name that holds it, 0 for none of them; plurals and prefixes do not matter."""
    flat = snake_case(table)
    for place, name in enumerate(names):
        surety = 1.0 - place / (4 * len(names))
        plurals = f"{name}(s|es)?|{name.removesuffix('y')}ies"
        if re.fullmatch(plurals, flat):
            return 2.0 * surety
        if re.search(rf"(^|_|\d)({plurals})(_?\d+)?$", flat):
            return surety
    return 0.0
