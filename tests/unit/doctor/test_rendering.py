"""A report reads well on a terminal and line by line elsewhere."""

import io

import pytest
from rich.console import Console

from doctor.findings import Section, error, note, warning
from doctor.proposal import propose
from doctor.rendering import print_report
from doctor.report import Report
from tests.unit.doctor.doctor_fixture import WORK_LOG

LONG_STATEMENT = "create index concurrently on " + '"a_rather_long_schema_name"."a_table_with_a_rather_long_name" ("c")'
GOOD = Section("Clock", "in step")
BAD = Section(
    "entry",
    "7 rows",
    (
        error("columns", "It has no hours.", "Add them."),
        warning("no-index", "No index.", "Create one.", LONG_STATEMENT),
    ),
)


def printed(report: Report, *, terminal: bool, width: int = 60) -> str:
    out = io.StringIO()
    print_report(report, Console(file=out, force_terminal=terminal, width=width, color_system=None, highlight=False))
    return out.getvalue()


def test_elsewhere_each_finding_is_one_line_that_can_be_searched_for():
    lines = printed(Report("PostgreSQL", ("mapping x",), (GOOD,), (BAD,)), terminal=False).splitlines()
    assert lines == [
        "PostgreSQL",
        "mapping x",
        "ok       Clock: in step",
        "error    entry: It has no hours.",
        "         -> Add them.",
        "warning  entry: No index.",
        "         -> Create one.",
        f"            {LONG_STATEMENT};",
        "1 error, 1 warning: it cannot be ingested as it is.",
    ]


def test_on_a_terminal_findings_stand_under_their_section_and_statements_stay_whole():
    text = printed(Report("PostgreSQL", ("mapping x",), (GOOD,), (BAD,)), terminal=True)
    assert " ✓ Clock  in step" in text
    assert " ✗ entry  7 rows\n     ✗ It has no hours." in text
    assert f"{LONG_STATEMENT};" in text


def test_a_terminal_without_utf_8_gets_the_plain_lines():
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    print_report(Report("t", (), (GOOD,), (BAD,)), Console(file=out, force_terminal=True, color_system=None))
    out.seek(0)
    assert "error    entry: It has no hours." in out.read()


def test_markup_in_names_is_printed_as_it_is():
    odd = Section("[red]t[/red]", "", (error("x", "[bold]no[/bold]", "[/]"),))
    for terminal in (True, False):
        assert "[bold]no[/bold]" in printed(Report("a [b]", (), (odd,)), terminal=terminal)


@pytest.mark.parametrize(
    ("sections", "verdict"),
    [
        ((GOOD,), "It can be ingested as it is."),
        ((Section("a", "", (note("x", "y"), note("x", "y"))),), "2 notes: it can be ingested."),
        ((GOOD, BAD), "1 error, 1 warning: it cannot be ingested as it is."),
    ],
)
def test_the_verdict_counts(sections, verdict):
    assert Report("t", (), (), sections).verdict == verdict


def test_proposals_are_listed_with_their_reasons_and_folded_when_there_are_many():
    report = Report("t", (), (GOOD,), proposals=(propose(WORK_LOG),) * 43)
    for terminal, width in ((True, 120), (True, 60), (False, 80)):
        text = printed(report, terminal=terminal, width=width)
        assert "hr.work_log" in text
        assert "primary key" in text
        assert "and 3 tables with fewer rows" in " ".join(text.split())
