"""Where things are."""

from pathlib import Path

from maven import Libraries

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIBRARIES = Libraries(HERE / "pom.xml", HERE / "maven.lock")
