"""Prints, as JSON, the rows of several queries on a state folder: one start of the cloud for all of them."""

import json
import sys
from pathlib import Path

from cli.cloud import open_cloud
from cli.query import fetch

with open_cloud(Path(sys.argv[1])):
    json.dump([fetch(sql).to_pylist() for sql in sys.argv[2:]], sys.stdout, default=str)
