"""A small company as Sqoop lands it, from a seed: dates, timestamps and decimals are text."""

import random
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
FIRST_WEEK = date(2026, 1, 5)
RAW_COLUMNS = {
    "country": "country utc_offset_min:int work_days weekly_hours",
    "holiday": "country holiday_date",
    "employee": "employee_id:bigint country region practice grade:int manager_id:bigint hire_date term_date fte "
    "weekly_hours work_mode updated_at",
    "client": "client_id:bigint name industry:int updated_at",
    "project": "project_id:bigint client_id:bigint name practice region manager_id:bigint billing start_date "
    "end_date closed_date budget_hours updated_at",
    "assignment": "assignment_id:bigint employee_id:bigint project_id:bigint start_date end_date "
    "alloc_pct:int updated_at",
    "leave_day": "employee_id:bigint leave_date kind updated_at",
    "travel": "travel_id:bigint employee_id:bigint start_date end_date country updated_at",
    "activity_day": "employee_id:bigint activity_date badge:boolean vpn_minutes:int updated_at",
    "timesheet": "timesheet_id:bigint employee_id:bigint week_start submitted_at approved_at approver_id:bigint "
    "l2_approver_id:bigint updated_at",
    "timesheet_entry": "entry_id:bigint timesheet_id:bigint project_id:bigint work_date hours task:int bill_grade:int "
    "source description_length:int description_is_plain:boolean created_at updated_at",
}


def raw_columns(table: str) -> dict[str, str]:
    """Column names and types of a landed table."""
    parts = (each.partition(":") for each in RAW_COLUMNS[table].split())
    return {name: kind or "string" for name, _, kind in parts}


def moment(day: date, hour: int, minute: int = 0) -> str:
    return f"{datetime(day.year, day.month, day.day, hour, minute)}.0"


def company(weeks: int, employees: int = 10, seed: int = 7) -> dict[str, list[Row]]:
    """Every source table, for so many weeks from FIRST_WEEK on."""
    dice = random.Random(seed)
    start, end = FIRST_WEEK, FIRST_WEEK + timedelta(weeks=weeks)
    old = "2025-12-01 08:00:00.0"
    tables: dict[str, list[Row]] = {name: [] for name in RAW_COLUMNS}
    tables["country"] = [{"country": "DE", "utc_offset_min": 60, "work_days": "1111100", "weekly_hours": "40.00"}]
    tables["holiday"] = [{"country": "DE", "holiday_date": "2026-04-06"}]
    tables["client"] = [{"client_id": c, "name": f"Client {c}", "industry": c, "updated_at": old} for c in (1, 2)]
    for project in range(1, 5):
        tables["project"].append(
            {
                "project_id": project,
                "client_id": 1 + project % 2,
                "name": f"Project {project}",
                "practice": "Tax",
                "region": "North",
                "manager_id": 1,
                "billing": ("TM", "FIXED")[project % 2],
                "start_date": "2025-01-01",
                "end_date": "2027-01-01",
                "closed_date": None,
                "budget_hours": "2000.00",
                "updated_at": old,
            }
        )
    for employee in range(1, employees + 1):
        tables["employee"].append(
            {
                "employee_id": employee,
                "country": "DE",
                "region": "North",
                "practice": "Tax",
                "grade": 6 if employee == 1 else 3,
                "manager_id": 1,
                "hire_date": "2020-01-01",
                "term_date": None,
                "fte": "1.00",
                "weekly_hours": "40.00",
                "work_mode": "office",
                "updated_at": old,
            }
        )
        tables["assignment"].append(
            {
                "assignment_id": employee,
                "employee_id": employee,
                "project_id": 1 + employee % 4,
                "start_date": str(start),
                "end_date": str(end),
                "alloc_pct": 100,
                "updated_at": old,
            }
        )
    entry = 0
    for week in range(weeks):
        monday = start + timedelta(weeks=week)
        done = monday + timedelta(days=4)
        for employee in range(1, employees + 1):
            sheet = week * employees + employee
            tables["timesheet"].append(
                {
                    "timesheet_id": sheet,
                    "employee_id": employee,
                    "week_start": str(monday),
                    "submitted_at": moment(done, 17),
                    "approved_at": moment(done, 18 + dice.randrange(5)),
                    "approver_id": 2 if employee == 1 else 1,
                    "l2_approver_id": None,
                    "updated_at": moment(done, 23),
                }
            )
            for weekday in range(5):
                day = monday + timedelta(days=weekday)
                entry += 1
                tables["timesheet_entry"].append(
                    {
                        "entry_id": entry,
                        "timesheet_id": sheet,
                        "project_id": 1 + (employee + dice.randrange(8) // 7) % 4,
                        "work_date": str(day),
                        "hours": f"{dice.choice((7, 7.5, 8, 8, 8.25, 9)):.2f}",
                        "task": dice.randrange(3),
                        "bill_grade": 3,
                        "source": "web",
                        "description_length": 20,
                        "description_is_plain": True,
                        "created_at": moment(day, 17),
                        "updated_at": moment(day, 17),
                    }
                )
                if dice.random() < 0.9:
                    tables["activity_day"].append(
                        {
                            "employee_id": employee,
                            "activity_date": str(day),
                            "badge": True,
                            "vpn_minutes": 60,
                            "updated_at": moment(day, 20),
                        }
                    )
    tables["leave_day"] = [
        {"employee_id": 3, "leave_date": str(start + timedelta(weeks=1)), "kind": "vacation", "updated_at": old}
    ]
    tables["travel"] = [
        {
            "travel_id": 1,
            "employee_id": 4,
            "start_date": str(start),
            "end_date": str(start + timedelta(days=2)),
            "country": "FR",
            "updated_at": old,
        }
    ]
    return tables
