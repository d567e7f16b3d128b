"""What is to be said about a server before any table: whether an ingest gets through to it, and what it endures."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hourglass.windows import DOUBT

from doctor.deployment import END_OF_LIFE, LAST_RELEASE_WITH_SQOOP, SUPPORT_ENDED, Deployment
from doctor.facts import Server, Table
from doctor.findings import Finding, Section, error, note, warning
from doctor.wording import duration, listed

SLOW_ROUND_TRIP_SECONDS = 0.1
ONE_DAY = duration(DOUBT.total_seconds())


def connection_section(server: Server) -> Section:
    """The way to the server: encryption and distance."""
    encrypted = server.tls or "not encrypted"
    distance = f"{server.round_trip_seconds * 1000:.1f} ms away"
    return Section("Connection", f"{encrypted}, {distance}", (*_encryption(server), *_unknown(server)))


def _encryption(server: Server) -> Iterator[Finding]:
    if server.tls is None:
        if server.is_local:
            return
        option = "sslmode=verify-full" if server.is_postgresql else "sslMode=verify-full"
        can = server.settings.get("offers_tls")
        sentence = "The connection is not encrypted: the password and every timesheet can be read on the way."
        remedy = f"Add ?{option} to the URL." if can == "True" else f"Enable TLS on the server, then add ?{option}."
        yield warning("not-encrypted", sentence, remedy)
    elif not server.checks_certificate and not server.is_local:
        option = "sslmode=verify-full" if server.is_postgresql else "sslMode=verify-full"
        yield note(
            "certificate-not-checked",
            "The connection is encrypted, but nobody checks that the certificate is this server's.",
            f"Add ?{option} to the URL once the certificate's authority is known to the cluster.",
        )


def _unknown(server: Server) -> Iterator[Finding]:
    for what in server.unknown:
        yield note("not-told", f"This user may not see {what}.")


def clock_section(server: Server, deployment: Deployment) -> Section:
    """Windows run over times that the source writes, by the clock of somebody else."""
    apart = abs(server.clock_ahead_seconds)
    facts = f"{duration(apart)} apart, time zone {server.time_zone}"
    findings = (*_clock(server, deployment), *_time_zone(server), *_late_commits(server, deployment))
    return Section("Clock", facts, findings)


def _clock(server: Server, deployment: Deployment) -> Iterator[Finding]:
    behind = timedelta(seconds=-server.clock_ahead_seconds)
    remedy = "Let both clocks follow the same time server."
    apart = duration(abs(server.clock_ahead_seconds))
    if behind > DOUBT:
        yield error(
            "clock-behind",
            f"The database's clock is {apart} behind this machine's. Windows follow it for {ONE_DAY}: rows would carry "
            "times that earlier windows have passed, and be lost.",
            remedy,
        )
    elif behind > deployment.lag:
        yield warning(
            "clock-behind",
            f"The database's clock is {apart} behind this machine's. Windows follow it for no more than {ONE_DAY}.",
            remedy,
        )
    elif -behind > deployment.lag:
        yield warning(
            "clock-ahead",
            f"The database's clock is {apart} ahead of this machine's: what changes is read that much later.",
            remedy,
        )


def _time_zone(server: Server) -> Iterator[Finding]:
    if server.utc_offset_seconds:
        hours = server.utc_offset_seconds / 3600
        yield note(
            "time-zone",
            f"This user's time zone is {server.time_zone}, {hours:+g} h from UTC; windows are in UTC.",
            "Make sure that the check columns hold UTC, or convert them in the mapping.",
        )


def _late_commits(server: Server, deployment: Deployment) -> Iterator[Finding]:
    oldest, reach = server.oldest_write_seconds or 0.0, (deployment.lag + deployment.overlap).total_seconds()
    if oldest > reach:
        yield warning(
            "late-commit",
            f"A transaction has been writing for {duration(oldest)}: rows that it stamped more than {duration(reach)} "
            "before it commits are missed, because their windows have passed.",
            "Find out who writes for so long, or deploy with a larger OverlapSeconds.",
        )


def permission_section(server: Server, tables: Sequence[Table]) -> Section:
    """Reading is all that an ingest needs."""
    writable = [f"{table.schema}.{table.name}" for table in tables if table.writes]
    facts = f"{server.user} may write" if writable or server.powers else f"{server.user} may only read"
    return Section("Permissions", facts, tuple(_writes(server, tables, writable)))


def _writes(server: Server, tables: Sequence[Table], writable: list[str]) -> Iterator[Finding]:
    if not writable and not server.powers:
        return
    held: list[str] = list(server.powers)
    if writable:
        ways = sorted({way for table in tables for way in table.writes})
        held.append(f"{listed(ways)} on {_some(writable)}")
    schemas = sorted({table.schema for table in tables})
    yield warning(
        "may-write",
        f"User {server.user} can do more than read: {'; '.join(held)}. Ingest only ever selects.",
        "Give ingest a user of its own that can do nothing else.",
        *(_reader_of(server, schemas)),
    )


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more tables"


def _reader_of(server: Server, schemas: list[str]) -> Iterator[str]:
    if server.is_postgresql:
        yield "create role hourglass_reader login password '…'"
        for schema in schemas:
            yield f'grant usage on schema "{schema}" to hourglass_reader'
            yield f'grant select on all tables in schema "{schema}" to hourglass_reader'
    else:
        yield "create user hourglass_reader identified by '…'"
        for schema in schemas:
            yield f"grant select on `{schema}`.* to hourglass_reader"


def connections_section(server: Server, needed: int, refused: str | None = None) -> Section:
    """The cluster's connections come on top of everybody else's. `refused` is why an ingest would not even try."""
    left = server.connections.left
    opens = f"An ingest opens up to {needed} connections at a time"
    remedy = "Raise the limit, or deploy with fewer SourceConnections."
    findings: list[Finding] = []
    if refused is not None:
        sentence = f"An ingest would be refused: {refused}."
        findings.append(
            error("too-many-mappers", sentence, "Raise SourceConnections, or lower mappers in the mapping.")
        )
    if left < needed:
        findings.append(error("too-few-connections", f"{opens}, but this user can open {left} now.", remedy))
    elif left < 2 * needed:
        findings.append(warning("few-connections", f"{opens}, and only {left} are left for everybody.", remedy))
    return Section("Connections", f"{left} left, an ingest opens up to {needed} at a time", tuple(findings))


def engine_section(deployment: Deployment, today: date) -> Section:
    """What carries the rows, and how long it will be supported."""
    if deployment.engine != "sqoop":
        return Section("Engine", deployment.engine)
    sentence = (
        f"{LAST_RELEASE_WITH_SQOOP}, the last EMR release with Sqoop, left standard support on "
        f"{SUPPORT_ENDED:%-d %B %Y} and reaches its end of life on {END_OF_LIFE:%-d %B %Y}: AWS promises no more "
        "fixes, and then no launches either."
    )
    kind, by = (note, "before then") if today < END_OF_LIFE else (warning, "now")
    finding = kind("sqoop-support", sentence, f"Deploy with IngestEngine=spark {by}.")
    return Section("Engine", f"Sqoop on {LAST_RELEASE_WITH_SQOOP}", (finding,))
