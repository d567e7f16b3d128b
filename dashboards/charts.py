"""The report's drawings: matplotlib, as SVG that prints sharply and needs nothing else."""

import io
import re
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np

mpl.use("svg")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dashboards.data import BINS, ReportData

INK, MUTED, RULE = "#1f2933", "#6b7785", "#d9dee4"
ALL, SUSPECT = "#9fb3c8", "#c2410c"
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hourglass",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def score_distribution(data: ReportData) -> str:
    """How many timesheets have which score; suspects on top in another colour. Counts on a logarithmic axis."""
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(5.6, 2.7)
        places = (np.arange(BINS) + 0.5) / BINS
        axes.bar(places, data.score_histogram, width=1 / BINS, color=ALL, label="all timesheets")
        axes.bar(places, data.suspect_histogram, width=1 / BINS, color=SUSPECT, label="to be looked at")
        axes.set_xlim(0, 1)
        axes.set_yscale("symlog", linthresh=1)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("score")
        axes.set_ylabel("timesheets (log)")
        axes.legend(frameon=False, loc="upper right")
        return _svg(figure, "Distribution of the scores of all timesheets and of the suspects")


def weeks(data: ReportData) -> str:
    """Timesheets per week, and over them the range of scores on each week's review list."""
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(5.6, 2.7)
        labels = [week.week_start.strftime("%d %b") for week in data.weeks]
        places = np.arange(len(labels))
        axes.bar(places, [week.timesheets for week in data.weeks], color=ALL, width=0.75)
        axes.set_ylabel("timesheets")
        step = -(-len(labels) // 7)
        axes.set_xticks(places[::step], labels[::step])
        twin = axes.twinx()
        twin.spines["right"].set_visible(False)
        ranges = [(place, *week.suspect_scores) for place, week in enumerate(data.weeks) if week.suspect_scores]
        listed, lowest, highest = zip(*ranges, strict=True) if ranges else ((), (), ())
        twin.vlines(listed, lowest, highest, color=SUSPECT, linewidth=2.2)
        twin.plot(listed, highest, color=SUSPECT, marker="o", markersize=4, linestyle="none")
        twin.set_ylabel("scores to be looked at", color=SUSPECT)
        twin.tick_params(axis="y", colors=SUSPECT, length=0)
        twin.set_ylim(0, 1)
        return _svg(figure, "Timesheets per week and the range of scores on each week's review list")


def reasons(counts: Sequence[tuple[str, int]], most: int = 16) -> str:
    """How many suspects carry which reason."""
    shown = list(counts[:most])[::-1]
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(5.6, 0.5 + 0.21 * max(len(shown), 1))
        names = [code.replace("_", " ").lower() for code, _ in shown]
        bars = axes.barh(names, [count for _, count in shown], color=SUSPECT, height=0.62)
        axes.bar_label(bars, padding=3, color=MUTED, fontsize=8)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xticks([])
        return _svg(figure, "Number of suspects by reason")


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.yaxis.grid(False)
    return figure, axes


def _svg(figure: Figure, title: str) -> str:
    """The figure as an `<svg>` element with a title for screen readers, without XML prologue and fixed size."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    svg = text[text.index("<svg") :]
    svg = re.sub(r'\s(width|height)="[\d.]+pt"', "", svg, count=2)
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-label="{title}"><title>{title}</title>{rest}'
