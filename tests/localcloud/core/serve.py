"""A cloud in a process of its own, for tests that kill it: prints its port and serves until it dies."""

import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from localcloud.cloud import LocalCloud

    cloud = LocalCloud(Path(sys.argv[1]), components=tuple(sys.argv[2:])).start()
    print(cloud.endpoint_url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
