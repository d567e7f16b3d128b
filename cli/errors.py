"""What the command line tells people when something went wrong: one sentence that says what to do.

CommandError        exit code 1: the work failed
└── UsageError      exit code 2: the call was wrong
"""


class CommandError(Exception):
    """Raised with one sentence for the person at the terminal."""

    exit_code = 1


class UsageError(CommandError):
    """Raised when an argument cannot be used."""

    exit_code = 2
