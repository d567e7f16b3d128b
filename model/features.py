"""The catalogue of features: what each one is called, what it counts, and how an auditor reads it.

Every feature is oriented so that higher is more suspect. A fact is a clause without a verdict; `{value}` is what
was observed. `reasons` ends the clause with the typical value (the history's median) and the rarity.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Family = Literal["size", "change", "activity", "rules", "budget", "pattern", "clock", "approval"]
Unit = Literal["hours", "days", "weeks", "share", "deviations", "log ratio", "flag", "score"]


@dataclass(frozen=True)
class Feature:
    """One column of timesheet_features and the words that explain it."""

    name: str
    code: str
    family: Family
    unit: Unit
    fact: str


CATALOGUE: tuple[Feature, ...] = (
    # Size: how much was recorded.
    Feature("excess_hours", "HOURS_ABOVE_CAPACITY", "size", "hours",
            "The week holds {value} hours above the contract's capacity"),
    Feature("longest_day_hours", "LONG_DAY", "size", "hours",
            "The longest day holds {value} hours"),
    Feature("longest_entry_hours", "LONG_ENTRY", "size", "hours",
            "The longest single entry holds {value} hours"),
    Feature("ratio_own_z", "ABOVE_OWN_HABIT", "size", "deviations",
            "Hours per capacity are {value} standard deviations above the person's own last 8 weeks"),
    Feature("ratio_peer_z", "ABOVE_PEERS", "size", "deviations",
            "Hours per capacity are {value} robust deviations above those of peers in the same country, practice"
            " and week"),
    Feature("billable_peer_z", "BILLABLE_ABOVE_PEERS", "size", "deviations",
            "Billable hours are {value} robust deviations above those of peers in the same country, practice"
            " and week"),
    # Change: how the person's weeks moved.
    Feature("ratio_shift_t", "HOURS_SHIFTED_UP", "change", "deviations",
            "Hours per capacity of the last 4 weeks lie above the 16 weeks before, t = {value}"),
    Feature("whole_hours_shift_t", "MORE_WHOLE_HOURS", "change", "deviations",
            "The share of entries in whole hours in the last 4 weeks lies above the 16 weeks before, t = {value}"),
    Feature("vpn_drop_z", "VPN_TIME_DROPPED", "change", "deviations",
            "VPN time per recorded hour is {value} deviations below the person's own baseline"),
    Feature("hours_up_activity_down", "HOURS_UP_ACTIVITY_DOWN", "change", "score",
            "Recorded hours rose while badge and VPN activity fell, by a combined {value}"),
    Feature("ratio_trend", "HOURS_GROW_STEADILY", "change", "score",
            "Hours per capacity grow steadily over 12 weeks, at a trend of {value}"),
    # Activity: hours against badge and VPN traces.
    Feature("silent_days_llr", "HOURS_WITHOUT_ACTIVITY", "activity", "log ratio",
            "Hours were recorded on days without badge or VPN activity more often than the person's own rate"
            " explains, log-likelihood ratio {value}"),
    Feature("silent_days_llr_4w", "HOURS_WITHOUT_ACTIVITY_4_WEEKS", "activity", "log ratio",
            "Over 4 weeks, hours were recorded on days without badge or VPN activity more often than the person's"
            " own rate explains, log-likelihood ratio {value}"),
    Feature("silent_off_hours", "OFF_DAYS_WITHOUT_ACTIVITY", "activity", "hours",
            "{value} hours were recorded on leave, holidays or weekends without badge or VPN activity"),
    # Rules: hours against the books.
    Feature("closed_project_hours", "PROJECT_CLOSED", "rules", "hours",
            "{value} hours were recorded on projects after closing or outside their dates"),
    Feature("unassigned_hours", "NO_ASSIGNMENT", "rules", "hours",
            "{value} hours were recorded on projects without an assignment"),
    Feature("unassigned_run_weeks", "NO_ASSIGNMENT_FOR_WEEKS", "rules", "weeks",
            "Hours on projects without an assignment have been recorded for {value} weeks in a row"),
    Feature("unassigned_tm_hours", "TIME_AND_MATERIAL_WITHOUT_ASSIGNMENT", "rules", "hours",
            "{value} hours were recorded on time-and-material projects without an assignment, by a person assigned"
            " to fixed-price work"),
    Feature("split_entry_hours", "SPLIT_BELOW_APPROVAL_LIMIT", "rules", "hours",
            "{value} hours were recorded in several entries on one project and day, each below the limit of the"
            " second approval and together above it"),
    Feature("multi_client_excess_hours", "LONG_DAY_ACROSS_CLIENTS", "rules", "hours",
            "On days with two or more clients, {value} hours above a full day were recorded"),
    Feature("overbilled_grade_hours", "BILLED_ABOVE_GRADE", "rules", "hours",
            "{value} hours were billed at a grade above the one held"),
    Feature("new_project_share", "NEW_PROJECTS", "rules", "share",
            "{value} of the hours are on projects new to the person"),
    Feature("outside_employment_hours", "OUTSIDE_EMPLOYMENT", "rules", "hours",
            "{value} hours were recorded outside the employment dates"),
    # Budget: hours against what the project may spend.
    Feature("budget_unassigned_share", "NEARLY_SPENT_BUDGET_WITHOUT_ASSIGNMENT", "budget", "share",
            "{value} of a project's week, with its budget nearly spent, comes from the person without an"
            " assignment"),
    # Pattern: weeks that repeat.
    Feature("repeated_pattern_weeks", "SAME_WEEK_REPEATED", "pattern", "weeks",
            "The same hours on the same weekdays were recorded in {value} of the recent weeks"),
    Feature("repeated_total_weeks", "SAME_TOTAL_REPEATED", "pattern", "weeks",
            "The same total, other than the contract's, was recorded in {value} of the recent weeks"),
    Feature("copied_share_excess", "MORE_COPIED_ENTRIES", "pattern", "share",
            "The share of copied entries lies {value} above the person's own"),
    # Clock: when it was keyed.
    Feature("entry_lag_excess_days", "KEYED_LATE", "clock", "days",
            "Entries were keyed {value} days later after the work than the person's own habit"),
    Feature("night_share", "KEYED_AT_NIGHT", "clock", "share",
            "{value} of the entries were keyed at night"),
    Feature("month_end_late_share", "KEYED_LATE_AT_MONTH_END", "clock", "share",
            "{value} of the entries were keyed late, in the last days of the month"),
    Feature("changed_after_approval_hours", "CHANGED_AFTER_APPROVAL", "clock", "hours",
            "Entries of {value} hours were changed after the approval"),
    # Approval: who said yes, and how fast.
    Feature("self_approval", "SELF_APPROVED", "approval", "flag",
            "The timesheet was approved by the person who recorded it"),
    Feature("reciprocal_approval", "RECIPROCAL_APPROVAL", "approval", "score",
            "The person and the approver approve each other's timesheets, measure {value}"),
    Feature("junior_approver", "APPROVER_NOT_SENIOR", "approval", "score",
            "The approver is not senior to the person, measure {value}"),
    Feature("approval_lag_drop", "APPROVED_FASTER_THAN_USUAL", "approval", "score",
            "The approval came faster than the approver's median, by {value}"),
    Feature("quick_approval", "APPROVED_WITHIN_MINUTES", "approval", "score",
            "The approval came within minutes of the submission, measure {value}"),
    Feature("team_ratio_excess", "TEAM_ABOVE_PEERS", "approval", "score",
            "Without this person, the approver's team records {value} more hours per capacity than other teams"),
)  # fmt: skip


def feature_schema_hash(features: Sequence[Feature]) -> str:
    """Sixteen hex digits of the names in order: two models with the same hash read the same rows."""
    return hashlib.sha256("\n".join(feature.name for feature in features).encode()).hexdigest()[:16]
