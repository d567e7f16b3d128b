"""Fraud is rare, of every kind and grade, and leaves the facts that its name promises."""

from datetime import date

import polars as pl
import pytest

from simulator import company_with_truth
from simulator.company import Tables
from simulator.schemes.catalogue import SCHEMES

NAMES = [scheme.name for scheme in SCHEMES]


def test_about_six_in_a_thousand_timesheets_are_falsified(tables: Tables, truth: pl.DataFrame) -> None:
    share = truth.get_column("timesheet_id").n_unique() / tables["timesheet"].height
    assert 0.0048 < share < 0.0072


@pytest.mark.parametrize("seed", [1, 2])
def test_the_share_holds_for_other_companies(seed: int) -> None:
    tables, truth = company_with_truth(1000, 20, seed, until=date(2026, 3, 2), today=date(2026, 6, 1))
    assert 0.004 < truth.get_column("timesheet_id").n_unique() / tables["timesheet"].height < 0.008


def test_there_are_more_than_ten_schemes() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_every_scheme_is_there(truth: pl.DataFrame, name: str) -> None:
    assert truth.filter(pl.col("scheme") == name).height >= 3


def test_every_grade_is_there_and_blatant_is_the_rarest(truth: pl.DataFrame) -> None:
    counts = dict(truth.group_by("severity").len().iter_rows())
    assert set(counts) == {"mild", "medium", "blatant"}
    assert counts["blatant"] < counts["medium"] + counts["mild"]


def test_the_truth_names_known_timesheets_once(tables: Tables, truth: pl.DataFrame) -> None:
    assert truth.join(tables["timesheet"], on="timesheet_id", how="anti").is_empty()
    assert not truth.select("timesheet_id", "scheme").is_duplicated().any()


def test_the_truth_is_nowhere_in_the_tables(tables: Tables) -> None:
    columns = {column for frame in tables.values() for column in frame.columns}
    assert not columns & {"scheme", "severity", "fraud", "label"}


def entries_of(tables: Tables, truth: pl.DataFrame, scheme: str) -> pl.DataFrame:
    ids = truth.filter(pl.col("scheme") == scheme).select("timesheet_id")
    sheets = tables["timesheet"].rename({"updated_at": "sheet_updated_at"})
    return tables["timesheet_entry"].join(ids, on="timesheet_id").join(sheets, on="timesheet_id")


def test_closed_project_books_after_the_books_were_closed(tables: Tables, truth: pl.DataFrame) -> None:
    booked = entries_of(tables, truth, "closed_project").join(tables["project"], on="project_id")
    late = booked.filter(pl.col("work_date") > pl.col("closed_date"))
    assert late.get_column("timesheet_id").n_unique() == booked.get_column("timesheet_id").n_unique()


def test_split_entries_keep_each_part_below_the_limit(tables: Tables, truth: pl.DataFrame) -> None:
    per_day = (
        entries_of(tables, truth, "split_entries")
        .group_by("timesheet_id", "work_date", "project_id")
        .agg(pl.len(), pl.sum("hours"), pl.max("hours").alias("longest"))
        .filter(pl.col("len") == 2, pl.col("hours") > 10)
    )
    assert per_day.height > 10
    assert per_day.get_column("longest").max() <= 10


def test_terminated_hours_come_after_the_last_day(tables: Tables, truth: pl.DataFrame) -> None:
    booked = entries_of(tables, truth, "terminated_hours").join(
        tables["employee"].select("employee_id", "term_date"), on="employee_id"
    )
    late = booked.filter(pl.col("work_date") > pl.col("term_date"))
    assert late.get_column("timesheet_id").n_unique() == booked.get_column("timesheet_id").n_unique()


def test_self_approval_is_by_oneself(tables: Tables, truth: pl.DataFrame) -> None:
    booked = entries_of(tables, truth, "self_approval").filter(pl.col("approved_at").is_not_null())
    assert (booked.get_column("approver_id") == booked.get_column("employee_id")).all()


def test_changed_after_approval_raises_hours_after_it(tables: Tables, truth: pl.DataFrame) -> None:
    booked = entries_of(tables, truth, "changed_after_approval")
    changed = booked.filter(pl.col("updated_at") > pl.col("approved_at"))
    assert changed.get_column("timesheet_id").n_unique() >= 3


@pytest.mark.parametrize("habit", ["closed", "weekend", "changed", "unassigned"])
def test_honest_people_do_it_too(tables: Tables, truth: pl.DataFrame, habit: str) -> None:
    honest = tables["timesheet_entry"].join(truth, on="timesheet_id", how="anti")
    joined = honest.join(tables["timesheet"].select("timesheet_id", "employee_id", "approved_at"), on="timesheet_id")
    joined = joined.join(tables["project"].select("project_id", "closed_date"), on="project_id")
    if habit == "closed":
        odd = joined.filter(pl.col("work_date") > pl.col("closed_date"))
    elif habit == "weekend":
        odd = joined.filter(pl.col("work_date").dt.weekday() == 6)
    elif habit == "changed":
        odd = joined.filter(pl.col("updated_at") > pl.col("approved_at"))
    else:
        assigned = tables["assignment"].select("employee_id", "project_id").unique()
        odd = joined.filter(pl.col("project_id") > 7005).join(assigned, on=["employee_id", "project_id"], how="anti")
    assert odd.get_column("timesheet_id").n_unique() > 30
