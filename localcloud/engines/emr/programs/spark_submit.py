"""The `spark-submit` of a cluster without Spark."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Refuses: there is no Spark on this cluster."""
    sys.stderr.write(f"spark-submit: error: Spark is not on this cluster (asked to run {' '.join(argv[-1:])})\n")
    return 1
