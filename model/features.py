"""The catalogue of features: what each one is called, what it counts, and how an auditor reads it.

Every feature is oriented so that higher is more suspect. A fact is a clause without a verdict; `{value}` is what
was observed. `reasons` ends the clause with the typical value (the history's median) and the rarity.

Features that measure the same thing share an `evidence`: only the strongest of them counts in a timesheet. An unusual
amount is a statistic and weighs half of a broken rule. Both were measured on simulated companies (model/README.md).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Family = Literal["size", "change", "activity", "rules", "budget", "pattern", "clock", "approval"]
Unit = Literal["hours", "days", "count", "share", "deviations", "log ratio", "log factor", "flag", "product"]
STATISTIC = 0.5


@dataclass(frozen=True)
class Feature:
    """One column of timesheet_features and the words that explain it."""

    name: str
    code: str
    family: Family
    unit: Unit
    fact: str
    evidence: str
    weight: float = 1.0


CATALOGUE: tuple[Feature, ...] = (
    # Size: how much was recorded.
    Feature("excess_hours", "HOURS_ABOVE_CAPACITY", "size", "hours",
            "The week holds {value} hours above the contract's capacity",
            evidence="amount", weight=STATISTIC),
    Feature("longest_day_hours", "LONG_DAY", "size", "hours",
            "The longest day holds {value} hours",
            evidence="amount", weight=STATISTIC),
    Feature("longest_entry_hours", "LONG_ENTRY", "size", "hours",
            "The longest single entry holds {value} hours",
            evidence="amount", weight=STATISTIC),
    Feature("ratio_own_z", "ABOVE_OWN_HABIT", "size", "deviations",
            "Hours per capacity lie {value} standard deviations above the person's 8 weeks before",
            evidence="amount", weight=STATISTIC),
    Feature("ratio_peer_z", "ABOVE_PEERS", "size", "deviations",
            "Hours per capacity lie {value} robust deviations above the peers of the same country, practice "
            "and week",
            evidence="amount", weight=STATISTIC),
    Feature("billable_peer_z", "BILLABLE_ABOVE_PEERS", "size", "deviations",
            "Billable hours lie {value} robust deviations above the peers of the same country, practice and "
            "week",
            evidence="amount", weight=STATISTIC),
    # Change: how the person's weeks moved.
    Feature("ratio_shift_t", "HOURS_SHIFTED_UP", "change", "deviations",
            "Hours per capacity in 4 weeks lie above the 16 weeks before, t = {value}",
            evidence="amount", weight=STATISTIC),
    Feature("whole_hours_shift_t", "MORE_WHOLE_HOURS", "change", "deviations",
            "The share of entries in whole hours in 4 weeks lies above the 16 weeks before, t = {value}",
            evidence="whole_hours_shift_t", weight=STATISTIC),
    Feature("vpn_drop_z", "VPN_TIME_DROPPED", "change", "deviations",
            "VPN time per recorded hour lies {value} standard deviations below the person's 8 weeks before",
            evidence="silence", weight=STATISTIC),
    Feature("hours_up_activity_down", "HOURS_UP_ACTIVITY_DOWN", "change", "product",
            "In 4 weeks hours per capacity rose and days with badge or VPN activity fell against the 16 "
            "weeks before, rise times fall = {value}",
            evidence="amount", weight=STATISTIC),
    Feature("ratio_trend", "HOURS_GROW_STEADILY", "change", "share",
            "Hours per capacity have grown by about {value} of capacity a week over 12 weeks, weighted by "
            "the strength of the line",
            evidence="amount", weight=STATISTIC),
    # Activity: hours against badge and VPN traces.
    Feature("silent_days_llr", "HOURS_WITHOUT_ACTIVITY", "activity", "log ratio",
            "More days with hours but without badge or VPN activity than the person's own rate explains, "
            "log-likelihood ratio {value}",
            evidence="silence"),
    Feature("silent_days_llr_4w", "HOURS_WITHOUT_ACTIVITY_4_WEEKS", "activity", "log ratio",
            "Over 4 weeks, more days with hours but without badge or VPN activity than the person's own rate"
            " explains, log-likelihood ratio {value}",
            evidence="silence"),
    Feature("silent_off_hours", "OFF_DAYS_WITHOUT_ACTIVITY", "activity", "hours",
            "{value} hours were recorded on leave, holidays or weekends without badge or VPN activity",
            evidence="silence"),
    # Rules: hours against the books.
    Feature("closed_project_hours", "PROJECT_CLOSED", "rules", "hours",
            "{value} hours were recorded before the project started or after it ended",
            evidence="closed_project_hours"),
    Feature("unassigned_hours", "NO_ASSIGNMENT", "rules", "hours",
            "{value} hours were recorded on client projects without an assignment",
            evidence="assignment"),
    Feature("unassigned_run_weeks", "NO_ASSIGNMENT_FOR_WEEKS", "rules", "count",
            "{value} timesheets in a row hold hours on client projects without an assignment",
            evidence="assignment"),
    Feature("unassigned_tm_hours", "TIME_AND_MATERIAL_WITHOUT_ASSIGNMENT", "rules", "hours",
            "{value} hours were recorded on time-and-material projects without an assignment, while assigned"
            " to fixed-price work",
            evidence="assignment"),
    Feature("split_entry_hours", "SPLIT_BELOW_APPROVAL_LIMIT", "rules", "hours",
            "{value} hours on one project and day were split into entries that each stay within the second-"
            "approval limit",
            evidence="split_entry_hours"),
    Feature("multi_client_excess_hours", "LONG_DAY_ACROSS_CLIENTS", "rules", "hours",
            "{value} hours beyond a contract day were recorded on days with two or more clients",
            evidence="amount", weight=STATISTIC),
    Feature("overbilled_grade_hours", "BILLED_ABOVE_GRADE", "rules", "hours",
            "{value} hours, weighted by the share of 8 weeks with such hours, were billed at a grade above "
            "the one held",
            evidence="overbilled_grade_hours"),
    Feature("new_project_share", "NEW_PROJECTS", "rules", "share",
            "{value} of the hours are on projects that the person had not booked in the 19 weeks before",
            evidence="new_project_share"),
    Feature("outside_employment_hours", "OUTSIDE_EMPLOYMENT", "rules", "hours",
            "{value} hours were recorded before hiring or after leaving",
            evidence="outside_employment_hours"),
    # Budget: hours against what the project may spend.
    Feature("budget_unassigned_share", "NEARLY_SPENT_BUDGET_WITHOUT_ASSIGNMENT", "budget", "share",
            "{value} of the week of a project beyond 80 % of its budget comes from the person, without an "
            "assignment",
            evidence="assignment"),
    # Pattern: weeks that repeat.
    Feature("repeated_pattern_weeks", "SAME_WEEK_REPEATED", "pattern", "count",
            "{value} of the 6 weeks before hold the very same uneven hours by day",
            evidence="repetition"),
    Feature("repeated_total_weeks", "SAME_TOTAL_REPEATED", "pattern", "count",
            "{value} of the 6 weeks before hold the very same total, which is not the contract's",
            evidence="repetition"),
    Feature("copied_share_excess", "MORE_COPIED_ENTRIES", "pattern", "share",
            "The share of copied entries lies {value} above the person's 8 weeks before",
            evidence="repetition"),
    # Clock: when it was keyed.
    Feature("entry_lag_excess_days", "KEYED_LATE", "clock", "days",
            "Entries were keyed {value} days later after the work than in the person's 8 weeks before",
            evidence="lateness"),
    Feature("night_share", "KEYED_AT_NIGHT", "clock", "share",
            "{value} of the hours were keyed between 22 and 6 o'clock local time",
            evidence="night_share"),
    Feature("month_end_late_share", "KEYED_LATE_AT_MONTH_END", "clock", "share",
            "{value} of the hours were keyed in the last two days of a month, more than 7 days late",
            evidence="lateness"),
    Feature("changed_after_approval_hours", "CHANGED_AFTER_APPROVAL", "clock", "hours",
            "Entries of {value} hours were created or changed after the approval",
            evidence="changed_after_approval_hours"),
    Feature("deleted_approved_hours", "DELETED_FROM_APPROVED", "clock", "hours",
            "Entries of {value} hours have vanished from the approved timesheet",
            evidence="changed_after_approval_hours"),
    # Approval: who said yes, and how fast.
    Feature("self_approval", "SELF_APPROVED", "approval", "flag",
            "The timesheet was approved by the person who recorded it",
            evidence="self_approval"),
    Feature("reciprocal_approval", "RECIPROCAL_APPROVAL", "approval", "count",
            "In 12 weeks the person approved {value} timesheets of the one who approved this timesheet",
            evidence="reciprocal_approval"),
    Feature("junior_approver", "APPROVER_NOT_SENIOR", "approval", "count",
            "The approver lacks {value} grades to be one above the person",
            evidence="junior_approver"),
    Feature("approval_lag_drop", "APPROVED_FASTER_THAN_USUAL", "approval", "log factor",
            "The approval came {value} times as fast as the approver usually gives it",
            evidence="haste"),
    Feature("quick_approval", "APPROVED_WITHIN_MINUTES", "approval", "count",
            "The approval came within 5 minutes and is one of {value} such in 8 weeks",
            evidence="haste"),
    Feature("team_ratio_excess", "TEAM_ABOVE_PEERS", "approval", "share",
            "The other timesheets approved by the same person in 4 weeks hold {value} more hours per "
            "capacity than their peers",
            evidence="amount", weight=STATISTIC),
)  # fmt: skip


def feature_schema_hash(features: Sequence[Feature]) -> str:
    """Sixteen hex digits of the names in order: two models with the same hash read the same rows."""
    return hashlib.sha256("\n".join(feature.name for feature in features).encode()).hexdigest()[:16]
