"""Says why: up to five reasons per explained timesheet, in sentences that state facts and leave the verdict open.

The observed value stands beside the history's median ("typical") and the share of history that reaches it.
Contributions are millionths of the score and add up to it exactly; what is too small to name is summed as OTHER.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from model.features import Feature, Unit
from model.surprise import SURPRISE_CAP, DirectedSurprise
from model.tail import Matrix, Tail

NAMED_REASONS = 5
SMALLEST_NAMED_SHARE = 0.02  # of the score
MILLION = 1_000_000
OTHER = "OTHER"
LARGEST_EXPONENT = 50.0

Micros = npt.NDArray[np.int64]

_WHOLE, _TENTHS, _HUNDREDTHS = ",.0f", ",.1f", ",.2f"
_FORMATS: dict[Unit, str] = {
    "hours": _HUNDREDTHS, "days": _TENTHS, "count": _WHOLE, "share": _TENTHS, "deviations": _TENTHS,
    "log ratio": _TENTHS, "log factor": _TENTHS, "product": _HUNDREDTHS,
}  # fmt: skip
_RARITY_STEP = 0.05  # decades


class Reasons(NamedTuple):
    """What is told about one timesheet; `evidence` is a JSON list of reasons."""

    codes: str
    explanation: str
    evidence: str


class ReasonWriter:
    """Prepares every phrase that does not depend on the row once, so that a reason costs about a microsecond."""

    def __init__(self, model: DirectedSurprise) -> None:
        self._model = model
        self._phrases = [_Phrase(feature, tail) for feature, tail in zip(model.features, model.tails_, strict=True)]
        self._largest = np.array([tail.values[-1] if tail.rows else np.inf for tail in model.tails_])

    def write(self, matrix: Matrix, scores: Micros) -> list[Reasons]:
        """Reasons of rows whose scores (in millionths) are above 0."""
        if not len(matrix):
            return []
        terms, surprises = self._model.terms(matrix)
        shares = terms / terms.sum(axis=1, keepdims=True)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :NAMED_REASONS]
        strongest = np.take_along_axis(shares, order, axis=1)
        parts = np.floor(strongest * scores[:, None]).astype(np.int64)
        parts[(strongest < SMALLEST_NAMED_SHARE) | (parts < 1)] = 0
        parts[:, 0] = np.maximum(parts[:, 0], 1)
        named = (parts > 0).sum(axis=1)
        unnamed = (shares > 0).sum(axis=1) - named
        rest = scores - parts.sum(axis=1)
        parts[:, 0] += np.where(unnamed > 0, np.minimum(rest, 0), rest)
        rest = np.where(unnamed > 0, np.maximum(rest, 0), 0)
        values = np.take_along_axis(matrix, order, axis=1)
        rarities = np.floor(np.take_along_axis(surprises, order, axis=1) / _RARITY_STEP + 1e-9).astype(np.intp)
        rarities[values > self._largest[order]] = -1  # above all of history
        told = np.arange(order.shape[1]) < named[:, None]
        texts = [
            self._phrases[j].tell(value, rarity, plain, part)
            for j, value, rarity, plain, part in zip(
                order[told].tolist(), values[told].tolist(), rarities[told].tolist(),
                _plain(values[told]), _plain(parts[told] / MILLION), strict=True,
            )
        ]  # fmt: skip
        ends = np.cumsum(named)
        return _by_row(
            texts,
            list(zip((ends - named).tolist(), ends.tolist(), strict=True)),
            [
                f",{_other(count, part)}]" if part else "]"
                for count, part in zip(unnamed.tolist(), rest.tolist(), strict=True)
            ],
        )


def _plain(numbers: npt.NDArray[Any]) -> list[str]:
    """The shortest text of each number, for a quarter of what formatting them one by one costs."""
    kind = pa.float32() if numbers.dtype == np.float32 else pa.float64()
    column = pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(np.ascontiguousarray(numbers))])
    texts: list[str] = column.cast(pa.string()).to_pylist()
    return texts


def _by_row(texts: list[tuple[str, str, str]], spans: list[tuple[int, int]], ends: list[str]) -> list[Reasons]:
    codes, sentences, evidence = zip(*texts, strict=True)
    return list(
        map(
            Reasons,
            [",".join(codes[start:end]) for start, end in spans],
            [" ".join(sentences[start:end]) for start, end in spans],
            [f"[{','.join(evidence[start:end])}{last}" for (start, end), last in zip(spans, ends, strict=True)],
        )
    )


class _Phrase:
    """The words of one feature with the history's numbers filled in; what varies by row is put between them."""

    def __init__(self, feature: Feature, tail: Tail) -> None:
        self.code = feature.code
        self._unit: Unit = feature.unit
        self._observes = "{value}" in feature.fact
        self._before, _, after = feature.fact.partition("{value}")
        median = tail.median or 0.0
        typical = f"{after} (typical: {format_value(median, feature.unit)}; "
        self._ends = [f"{typical}{words})." for words in rarity_words(tail.rows)]
        self._named = f'{{"code":"{feature.code}","feature":"{feature.name}","value":'
        self._expected = f',"expected":{median:.6g},"contribution":'

    def tell(self, value: float, rarity: int, plain: str, part: str) -> tuple[str, str, str]:
        """Code, sentence and JSON object; the words come from the catalogue, which holds nothing JSON must escape."""
        observed = format_value(value, self._unit) if self._observes else ""
        sentence = f"{self._before}{observed}{self._ends[rarity]}"
        evidence = f'{self._named}{plain}{self._expected}{part},"sentence":"{sentence}"}}'
        return self.code, sentence, evidence


def _other(count: int, part: int) -> str:
    sentence = "1 smaller reason." if count == 1 else f"{count} smaller reasons, summed up."
    return (
        f'{{"code":"{OTHER}","feature":"","value":{count},"expected":null,'
        f'"contribution":{part / MILLION:.6f},"sentence":"{sentence}"}}'
    )


def format_value(value: float, unit: Unit) -> str:
    """A number as an auditor would write it: 12.5, 1,200, 35 % or yes."""
    if unit == "flag":
        return "yes" if value >= 0.5 else "no"
    if unit == "share":
        value *= 100
    elif unit == "log factor":
        value = math.exp(min(value, LARGEST_EXPONENT))
    text = format(value, _FORMATS[unit])
    if _FORMATS[unit] != _WHOLE:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return f"{text} %" if unit == "share" else text


def rarity_words(rows: int) -> list[str]:
    """The words for each step of rarity; the last (index −1) is for a value above all of history."""
    steps = int(SURPRISE_CAP / _RARITY_STEP) + 1
    words = [f"reached by about 1 in {_two_digits(10 ** (step * _RARITY_STEP)):,}" for step in range(steps)]
    return [*words, f"above all {rows:,} of the history"]


def _two_digits(number: float) -> int:
    return int(float(f"{number:.2g}"))
