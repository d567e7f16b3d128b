"""`make conformance`: says what it compares with, compares, and says plainly what it could not.

usage: python -m tests.conformance [PYTEST ARGUMENT…] | lock

What this machine lacks makes it fail, because nothing was compared; with CONFORMANCE=optional in the environment, as CI
has it, it says NOT RUN and goes on. `lock` fetches the libraries of pom.xml anew and writes their checksums.
"""

import os
import sys

import pytest

from tests.conformance import apache_sqoop, maven
from tests.conformance.paths import HERE

NOT_RUN = 1


def main(arguments: list[str]) -> int:
    """Answers the exit code."""
    if arguments == ["lock"]:
        maven.write_lock()
        return 0
    try:
        java = apache_sqoop.java_version()
        libraries = maven.libraries()
    except maven.NotAvailableError as error:
        return not_run("conformance with Apache Sqoop", str(error))
    print(f"Apache Sqoop 1.4.7 on Java {java}; {len(list(libraries.iterdir()))} libraries, checksums as locked")
    code = int(pytest.main(["-n", "2", "--dist", "loadfile", str(HERE), *arguments]))
    print(f"conformance with Apache Sqoop: {'no difference' if code == 0 else 'FAILED'}")
    return code


def not_run(what: str, reason: str) -> int:
    """Says so; the exit code."""
    print(f"{what}: NOT RUN, {reason}")
    return 0 if os.environ.get("CONFORMANCE") == "optional" else NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
