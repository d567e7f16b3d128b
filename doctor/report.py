"""All that the doctor has to say about a database."""

from dataclasses import dataclass

from doctor.findings import Section, Severity, count
from doctor.proposal import Proposal


@dataclass(frozen=True)
class Report:
    """`tables` has a section per table of the mapping; without a mapping, `proposals` has how it could be ingested."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: tuple[Section, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def all_sections(self) -> tuple[Section, ...]:
        return self.sections + self.tables

    @property
    def errors(self) -> int:
        return count(self.all_sections, Severity.ERROR)

    @property
    def verdict(self) -> str:
        """`2 errors, 1 warning: …`."""
        counts = [(count(self.all_sections, kind), kind) for kind in Severity]
        told = ", ".join(f"{number} {kind}{'s' if number > 1 else ''}" for number, kind in counts if number)
        if self.errors:
            return f"{told}: it cannot be ingested as it is."
        if self.tables:
            return f"{told}: it can be ingested." if told else "It can be ingested as it is."
        return f"{told}." if told else "Nothing to note."
