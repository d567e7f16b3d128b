"""Whether the server lets a statement live for as long as an ingest reads."""

from collections.abc import Iterator

from hourglass.windows import DOUBT

from doctor.facts import Server
from doctor.findings import Finding, Section, error, note, warning
from doctor.wording import duration

SHORT_PAUSE_SECONDS = 60.0
ONE_DAY = duration(DOUBT.total_seconds())
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def long_reads_section(server: Server, longest_seconds: float | None) -> Section:
    """`longest_seconds` is what the longest read of an ingest is expected to take; None when nobody knows."""
    checks = _postgresql if server.is_postgresql else _mysql
    replica = list(_replica(server))
    findings = (*replica, *checks(server, longest_seconds or 0.0))
    what = "primary" if server.replica is None else "replica"
    expected = "" if longest_seconds is None else f", the longest read takes about {duration(longest_seconds)}"
    return Section("Long reads", what + expected, findings)


def _replica(server: Server) -> Iterator[Finding]:
    if server.replica is None:
        if server.is_read_only:
            yield note("read-only", "The server is read-only: ingest never writes, so that is fine.")
        return
    lag = server.replica.lag_seconds
    if lag is None:
        yield warning(
            "replica-lag",
            "This is a replica, and it does not say how far it is behind: what reaches it more than "
            f"{ONE_DAY} late is lost.",
            "See whether its replication runs.",
        )
    elif lag > DOUBT.total_seconds():
        yield error(
            "replica-lag",
            f"This is a replica, {duration(lag)} behind: what reaches it more than {ONE_DAY} late is lost, because the "
            "windows that it belongs to have passed.",
            "See whether its replication runs, or read the primary.",
        )
    elif lag > 60:
        yield warning(
            "replica-lag",
            f"This is a replica, {duration(lag)} behind: what changes is read that much later.",
            f"See that it is never more than {ONE_DAY} behind, or read the primary.",
        )
    else:
        yield note("replica", f"This is a replica, {duration(lag)} behind: a good place to read from.")


def _postgresql(server: Server, longest: float) -> Iterator[Finding]:
    for name in ("statement_timeout", "transaction_timeout"):
        limit = seconds(server.settings.get(name, "0ms"))
        if limit:
            yield from _limited(name, limit, longest, f'alter role "{server.user}" set {name} = 0')
    idle = seconds(server.settings.get("idle_in_transaction_session_timeout", "0ms"))
    if 0 < idle < SHORT_PAUSE_SECONDS:
        yield warning(
            "idle-timeout",
            f"idle_in_transaction_session_timeout is {duration(idle)}: a mapper that writes what it has fetched for "
            "longer than that loses its connection.",
            "Lift it for the user of the ingest.",
            f"""alter role "{server.user}" set idle_in_transaction_session_timeout = '10min'""",
        )
    delay = seconds(server.settings.get("max_standby_streaming_delay", "0ms"))
    feedback = server.settings.get("hot_standby_feedback") == "on"
    if server.replica is not None and not feedback and 0 <= delay <= longest:
        yield warning(
            "replica-conflicts",
            f"Reads of this replica that take longer than max_standby_streaming_delay ({duration(delay)}) are "
            "cancelled when the primary has vacuumed what they look at.",
            "Set hot_standby_feedback = on, or raise max_standby_streaming_delay, on the replica.",
        )
    if server.settings.get("server_encoding") == "SQL_ASCII":
        yield warning(
            "encoding",
            "The database's encoding is SQL_ASCII: nobody knows which characters its bytes stand for, and a byte that "
            "is no UTF-8 fails the import of its table.",
            "Convert the database to UTF8.",
        )


def _mysql(server: Server, longest: float) -> Iterator[Finding]:
    for name, scale in (("max_statement_time", 1.0), ("max_execution_time", 0.001)):
        limit = float(server.settings.get(name, 0)) * scale
        if limit:
            yield from _limited(name, limit, longest, f"set global {name} = 0")
    for name in ("net_write_timeout", "wait_timeout"):
        pause = float(server.settings.get(name, SHORT_PAUSE_SECONDS))
        if pause < SHORT_PAUSE_SECONDS:
            yield warning(
                "idle-timeout",
                f"{name} is {duration(pause)}: a mapper that writes what it has fetched for longer than that loses its "
                "connection.",
                "Raise it.",
                f"set global {name} = 600",
            )
    if "ANSI_QUOTES" in server.settings.get("sql_mode", ""):
        yield error(
            "sql-mode",
            "sql_mode holds ANSI_QUOTES, in which text in double quotes is a name: SQL of mappings may mean something "
            "else.",
            "Take it out of the sql_mode that the user of the ingest gets.",
        )
    if server.settings.get("time_zone_tables") == "False":
        yield note(
            "time-zone-tables",
            "The server's time zone tables are empty: a mapping cannot convert times of a named zone.",
            "Load them with mariadb-tzinfo-to-sql (mysql_tzinfo_to_sql) if a mapping uses convert_tz.",
        )


def _limited(name: str, limit: float, longest: float, statement: str) -> Iterator[Finding]:
    """A server that ends statements by itself: the worse, the closer it comes to what an ingest takes."""
    remedy = "Lift it for the user of the ingest."
    takes = f"{name} is {duration(limit)}, and the longest read takes about {duration(longest)} from here"
    if limit <= longest:
        yield error("timeout", f"{takes}: it would be cancelled.", remedy, statement)
    elif limit <= 10 * longest:
        yield warning("timeout", f"{takes}: a slower engine or a busy hour, and it is cancelled.", remedy, statement)
    else:
        yield note("timeout", f"{name} is {duration(limit)}: what takes longer is cancelled.", remedy, statement)


def seconds(setting: str) -> float:
    """`30000ms` in seconds."""
    number = setting.rstrip("abcdefghijklmnopqrstuvwxyz")
    return float(number) * _UNITS.get(setting[len(number) :], 1.0)
