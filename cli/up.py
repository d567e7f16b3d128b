"""`hourglass up`: the embedded cloud for any AWS client."""

import signal
from pathlib import Path
from threading import Event

from cli.cloud import aws_environment, open_cloud
from cli.progress import console


def serve(state: Path, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        CommandError: another process serves this state folder, or the port is taken.
    """
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with open_cloud(state, port) as cloud:
        console.print(f"The embedded cloud of {state} answers at {cloud.endpoint_url}. For any AWS client:\n")
        for name, value in aws_environment(cloud.endpoint_url).items():
            console.print(f"export {name}={value}", soft_wrap=True)
        console.print("\nCtrl-C stops it; its state stays.")
        stopped.wait()
