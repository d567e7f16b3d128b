"""Writes log lines in the form of Sqoop's log4j, so that what reads them need not know who wrote them."""

import sys
from datetime import datetime


def info(logger: str, message: str) -> None:
    _line("INFO", logger, message)


def warn(logger: str, message: str) -> None:
    _line("WARN", logger, message)


def error(logger: str, message: str) -> None:
    _line("ERROR", logger, message)


def _line(level: str, logger: str, message: str) -> None:
    sys.stderr.write(f"{datetime.now():%y/%m/%d %H:%M:%S} {level} {logger}: {message}\n")
    sys.stderr.flush()
