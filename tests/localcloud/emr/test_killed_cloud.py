"""A cloud that is killed takes its clusters with it, and says so when it is started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from emr_clients import Aws, step, until

from localcloud.cloud import LocalCloud


def test_nothing_of_a_cluster_survives_a_killed_cloud(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom localcloud.cloud import LocalCloud\n"
        "cloud = LocalCloud(Path(sys.argv[1])).start()\nprint(cloud.endpoint_url, flush=True)\ntime.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout is not None
    aws = Aws(server.stdout.readline().strip())
    aws.s3.create_bucket(Bucket="lake")
    marker = tmp_path / "pid"
    cluster_id = aws.launch(step("long", "bash", "-c", f"echo $$ > {marker}; sleep 600 & wait"), step("next", "true"))
    pid = int(until(lambda: marker.read_text() if marker.exists() else "", bool))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    until(lambda: _lives(pid), lambda lives: not lives)
    with LocalCloud(tmp_path) as cloud:
        again = Aws(cloud.endpoint_url)
        status = again.cluster(cluster_id)["Status"]
        assert (status["State"], status["StateChangeReason"]["Code"]) == ("TERMINATED_WITH_ERRORS", "INSTANCE_FAILURE")
        assert again.states(cluster_id) == ["FAILED", "CANCELLED"]
        assert not (tmp_path / "emr").exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
