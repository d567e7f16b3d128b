"""What the doctor says: one sentence about what is so, one about what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"  # ingest would fail, or lose rows or changes
    WARNING = "warning"  # ingest works, but slower, less safely or less exactly than it could
    NOTE = "note"  # good to know


@dataclass(frozen=True)
class Finding:
    """`code` names the check; `statements` are SQL to run on the source, if that is the remedy."""

    severity: Severity
    code: str
    sentence: str
    remedy: str = ""
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Findings about one thing, under what is plainly so about it."""

    title: str
    facts: str
    findings: tuple[Finding, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The worst; None when there is nothing to say."""
        return next((kind for kind in Severity if any(f.severity is kind for f in self.findings)), None)


def error(code: str, sentence: str, remedy: str = "", *statements: str) -> Finding:
    return Finding(Severity.ERROR, code, sentence, remedy, statements)


def warning(code: str, sentence: str, remedy: str = "", *statements: str) -> Finding:
    return Finding(Severity.WARNING, code, sentence, remedy, statements)


def note(code: str, sentence: str, remedy: str = "", *statements: str) -> Finding:
    return Finding(Severity.NOTE, code, sentence, remedy, statements)


def count(sections: Iterable[Section], severity: Severity) -> int:
    return sum(finding.severity is severity for section in sections for finding in section.findings)
