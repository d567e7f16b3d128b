"""What a run leaves on the terminal: the top suspects with their reasons."""

from cli.progress import console
from cli.query import fetch

TOP = 10
_COUNTS = """
select
    (select count(*) from timesheet_scores) as scored_timesheets,
    (select count(*) from suspect_timesheets) as suspects,
    (select count(*) from quarantine) as quarantined_rows
"""
_TOP = """
select week_start, timesheet_id, employee_id, score, explanation
from suspect_timesheets
order by score desc, timesheet_id
limit {top}
"""


def print_outcome() -> None:
    """Print counts and the strongest suspects of all weeks, while the cloud is open."""
    counts = fetch(_COUNTS).to_pylist()[0]
    top = fetch(_TOP.format(top=TOP)).to_pylist()
    console.print(
        f"\n{counts['scored_timesheets']:,} timesheets scored, "
        f"{counts['suspects']:,} of them for the auditors to look at, "
        f"{counts['quarantined_rows']:,} rows in quarantine."
    )
    if not top:
        console.print("No timesheet is suspect.")
        return
    console.print(f"\n[bold]Top {len(top)} suspects[/bold]")
    for place, row in enumerate(top, start=1):
        console.print(
            f"{place:3}. [bold]{row['score']:.3f}[/bold]  timesheet {row['timesheet_id']} of employee "
            f"{row['employee_id']}, week of {row['week_start']}"
        )
        console.print(f"     {row['explanation']}", markup=False)
