"""What a small company books in any system: everyone about eight hours a day, one person 22 in the last week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

PEOPLE, WEEKS, FIRST_WEEK = 12, 8, date(2026, 1, 5)
LAST_WEEK = FIRST_WEEK + timedelta(weeks=WEEKS - 1)
FEATURES_OF_NEITHER = (  # what Kimai and Odoo know nothing of
    "unassigned_hours", "overbilled_grade_hours", "silent_days_llr", "copied_share_excess", "budget_unassigned_share",
    "quick_approval", "junior_approver", "changed_after_approval_hours",
)  # fmt: skip
SUSPECTS = f"""
select suspect.employee_id, worked_hours, capacity_hours, excess_hours, client_name
from suspect_timesheets as suspect
join timesheet_features using (timesheet_id, week_start, worked_hours, capacity_hours)
where week_start = date '{LAST_WEEK}'
"""
UNKNOWN = f"select {', '.join(f'count({name})' for name in FEATURES_OF_NEITHER)} from timesheet_features"


@dataclass(frozen=True)
class Booking:
    """Hours of a person on project 20 or 21."""

    person: int
    project: int
    day: date
    hours: float

    @property
    def ended_at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day) + timedelta(hours=self.hours)


def bookings() -> Iterator[Booking]:
    for person in range(1, PEOPLE + 1):
        for number in range(WEEKS):
            week = FIRST_WEEK + timedelta(weeks=number)
            for weekday in range(5):
                usual = 7 + (person * 3 + number * 5 + weekday * 7) % 5 * 0.5
                hours = 22 if person == 1 and week == LAST_WEEK else usual
                yield Booking(person, 20 + (person + weekday) % 2, week + timedelta(days=weekday), hours)
