"""A model that counts what it is trained on and echoes what it is asked."""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BASE = Path(os.environ["SAGEMAKER_BASE_DIR"])


def train() -> int:
    parameters = json.loads((BASE / "input/config/hyperparameters.json").read_text())
    if "fail" in parameters:
        (BASE / "output/failure").write_text(f"told to fail: {parameters['fail']}")
        return 3
    if "sleep" in parameters:
        time.sleep(float(parameters["sleep"]))
    files = sorted(str(p.relative_to(BASE)) for p in (BASE / "input/data").rglob("*") if p.is_file())
    model = {"parameters": parameters, "files": files, "greeting": os.environ["GREETING"]}
    (BASE / "model/model.json").write_text(json.dumps(model))
    return 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if body == b"which":
            self._answer(200, (BASE / "model/model.json").read_bytes())
        elif body.startswith(b"bad"):
            self._answer(400, b"bad row 7")
        else:
            self._answer(200, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.headers.get("Accept") or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def serve() -> int:
    if not (BASE / "model/model.json").exists():
        sys.stderr.write("there is no model\n")
        return 1
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
    return 0


sys.exit({"train": train, "serve": serve}[sys.argv[1]]())
