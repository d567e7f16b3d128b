"""A report for people: signs and colours on a terminal, plain lines that can be searched elsewhere."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from doctor.findings import Finding, Section, Severity, count
from doctor.proposal import Choice, Proposal
from doctor.report import Report
from doctor.wording import rows

_SIGNS = {
    None: ("✓", "green"),
    Severity.ERROR: ("✗", "red"),
    Severity.WARNING: ("!", "yellow"),
    Severity.NOTE: ("•", "blue"),
}

SHOWN_TABLES = 40
NARROW = 90


def print_report(report: Report, console: Console) -> None:
    """Print everything; the last line counts the findings."""
    if console.is_terminal and console.encoding.startswith("utf"):
        _print_signs(report, console)
    else:
        for line in plain_lines(report):
            console.print(line, soft_wrap=True, markup=False)


def plain_lines(report: Report) -> Iterator[str]:
    """`severity  section: sentence`, then what to do, each on a line of its own."""
    yield report.title
    yield from report.facts
    for section in report.all_sections:
        if section.severity is None:
            yield f"ok       {section.title}: {section.facts}"
        for finding in section.findings:
            yield f"{finding.severity:8} {section.title}: {finding.sentence}"
            yield from (f"         {line}" for line in _remedies(finding))
    yield from _plain_proposals(report)
    yield report.verdict


def _plain_proposals(report: Report) -> Iterator[str]:
    for proposal in report.proposals[:SHOWN_TABLES]:
        yield f"proposal {_name(proposal)} ({_size(proposal)})"
        yield from (f"         {what}: {_chosen(choice)}" for what, choice in _choices(proposal))
    yield from _folded(report)


def _remedies(finding: Finding) -> Iterator[str]:
    if finding.remedy:
        yield f"-> {finding.remedy}"
    yield from (f"   {statement};" for statement in finding.statements)


def _print_signs(report: Report, console: Console) -> None:
    console.print(Text.assemble(("Hourglass doctor  ", "bold"), report.title))
    console.print(Padding(Text("\n".join(report.facts), "dim"), (0, 0, 1, 18)))
    _print_sections(report.sections, console)
    if report.tables:
        console.print()
        _print_sections(report.tables, console)
    console.print()
    if console.width < NARROW:
        for line in _plain_proposals(report):
            console.print(Text(line), soft_wrap=True)
    elif report.proposals:
        _print_proposals(report.proposals[:SHOWN_TABLES], console)
        for line in _folded(report):
            console.print(line, style="dim")
    worst = next((kind for kind in Severity if count(report.all_sections, kind)), None)
    sign, colour = _SIGNS[worst if worst is not Severity.NOTE else None]
    console.print(Text.assemble((sign, colour), " ", (report.verdict, "bold")))


def _print_sections(sections: Iterable[Section], console: Console) -> None:
    listed = list(sections)
    width = max(len(section.title) for section in listed)
    for section in listed:
        sign, colour = _SIGNS[section.severity]
        console.print(Text.assemble(" ", (sign, colour), f" {section.title:{width}}  ", (section.facts, "dim")))
        for finding in section.findings:
            _print_finding(finding, console)


def _print_finding(finding: Finding, console: Console) -> None:
    sign, colour = _SIGNS[finding.severity]
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    grid.add_row(Text(sign, colour), Text(finding.sentence))
    if finding.remedy:
        grid.add_row(Text("→", "dim"), Text(finding.remedy))
    console.print(Padding(grid, (0, 0, 0, 5)))
    for statement in finding.statements:  # never wrapped: people copy them
        console.print(Text(f"       {statement};", "cyan"), soft_wrap=True)


def _print_proposals(proposals: Iterable[Proposal], console: Console) -> None:
    grid = Grid(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold", row_styles=("", ""))
    grid.add_column("table")
    grid.add_column("rows", justify="right")
    for title in ("key", "check column", "split column"):
        grid.add_column(title)
    for proposal in proposals:
        cells = [
            Text.assemble(", ".join(choice.columns) or "none", "\n" if choice.reason else "", (choice.reason, "dim"))
            for _, choice in _choices(proposal)
        ]
        grid.add_row(_name(proposal), _size(proposal).removesuffix(" rows").removesuffix(" row"), *cells)
    console.print(grid)


def _folded(report: Report) -> Iterator[str]:
    more = len(report.proposals) - SHOWN_TABLES
    if more > 0:
        yield f"and {more} tables with fewer rows; --schema NAME shows one schema, --format json has all of them"


def _choices(proposal: Proposal) -> list[tuple[str, Choice]]:
    return [("key", proposal.key), ("check column", proposal.check), ("split column", proposal.split)]


def _chosen(choice: Choice) -> str:
    return f"{', '.join(choice.columns) or 'none'} ({choice.reason})"


def _name(proposal: Proposal) -> str:
    return f"{proposal.table.schema}.{proposal.table.name}"


def _size(proposal: Proposal) -> str:
    return "size unknown" if proposal.table.rows is None else rows(proposal.table.rows)
