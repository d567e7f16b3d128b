"""Runs cases and mappings on both clusters, and compares what landed."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.conformance.cases import Case
from tests.conformance.comparison import differences
from tests.conformance.databases import Database
from tests.conformance.emr import Emr, Outcome, copy_step, landed, sqoop_step
from tests.conformance.product import Mapped

APACHE, OURS = "apache", "embedded"
GZIP = b"\x1f\x8b"


class Landed:
    """What both importers did with one database."""

    def __init__(self, database: str, outcomes: Mapping[str, Mapping[str, Outcome]]) -> None:
        self.database = database
        self.outcomes = outcomes

    def of(self, step: str) -> tuple[Outcome, Outcome]:
        """The outcomes of one step: Apache Sqoop's and ours."""
        return self.outcomes[APACHE][step], self.outcomes[OURS][step]


def run(emr: Emr, name: str, database: Database, chosen: Sequence[Case | Mapped]) -> Landed:
    """Runs what was chosen on a cluster with Apache Sqoop and on one with the embedded `sqoop`, side by side."""
    secret = emr.keep_secret(name, database.username, database.password)
    cases = [case for case in chosen if isinstance(case, Case)]
    mappings = [mapping for mapping in chosen if isinstance(mapping, Mapped)]
    clusters = {}
    for sqoop in (APACHE, OURS):
        steps = [sqoop_step(case.name, secret, case.command(database.jdbc_url, database.driver)) for case in cases]
        if cases:
            steps.append(copy_step("hdfs:///cases/", f"cases/{name}/{sqoop}/"))
        for mapping in mappings:
            steps += mapping.steps(sqoop, database, secret)
        clusters[sqoop] = emr.launch(sqoop, steps)
    return Landed(name, {sqoop: _by_name(emr.outcomes(cluster)) for sqoop, cluster in clusters.items()})


def _by_name(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in outcomes}


def assert_same_case(case: Case, both: Landed) -> None:
    """Both fail with the words of the case, or both land the same; or they differ, if the case says so."""
    apache, ours = both.of(case.name)
    found = [landed(f"cases/{both.database}/{sqoop}/{case.name}/") for sqoop in (APACHE, OURS)]
    if case.fails is not None:
        assert (apache.state, ours.state) == ("FAILED", "FAILED"), apache.failure + ours.failure
        assert case.fails in apache.stderr, apache.failure
        assert case.fails in ours.stderr, ours.failure
        return
    assert apache.state == "COMPLETED", apache.failure
    assert found[0], "Apache Sqoop landed nothing"
    if case.differs is not None:
        assert ours.state == "FAILED" or differences(*found), f"no difference any more, but: {case.differs}"
        return
    assert ours.state == "COMPLETED", ours.failure
    assert not (seen := differences(*found)), "\n".join(seen)


def assert_same(mapping: Mapped, table: str, both: Landed) -> None:
    """Both land the same of a table of a mapping, and every step of the mapping went well."""
    for sqoop, outcomes in both.outcomes.items():
        for name, outcome in outcomes.items():
            if name.startswith(f"{mapping.name}: "):
                assert outcome.state == "COMPLETED", f"{sqoop}, {name}: {outcome.failure}"
    found = [mapping.landed(sqoop, table) for sqoop in (APACHE, OURS)]
    assert found[0], f"Apache Sqoop landed nothing of {table}"
    assert not (seen := differences(*found)), "\n".join(seen)


def files_with(secret: str, folder: Path) -> list[Path]:
    """The files below a folder that hold a secret, packed logs included."""
    wanted = secret.encode()
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and wanted in _content(path)]


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(GZIP) else data
