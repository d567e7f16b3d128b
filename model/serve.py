"""The endpoint: answers /ping and /invocations as SageMaker calls them, from one model in memory."""

import gc
import logging
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from model.artefact import load
from model.errors import BodyTooLargeError, RequestError
from model.scorer import Scorer
from model.wire import choose_reply, decode, encode

LARGEST_BODY_BYTES = 6 * 1024 * 1024
STOP_SECONDS = 25  # SIGKILL follows SIGTERM after 30

logger = logging.getLogger(__name__)


def application(scorer: Scorer) -> Starlette:
    """The two routes over a loaded model."""

    def answer(content_type: str, media: str, body: bytearray) -> bytes:
        began = time.perf_counter()
        batch = scorer.score(*decode(content_type, body, scorer.features))
        reply = encode(media, batch)
        logger.info(
            "scored rows=%d explained=%d ms=%.1f",
            len(batch.timesheet_ids), len(batch.explained), 1000 * (time.perf_counter() - began),
        )  # fmt: skip
        return reply

    async def ping(_request: Request) -> Response:
        return Response(status_code=200)

    async def invocations(request: Request) -> Response:
        try:
            media = choose_reply(request.headers.get("accept", ""))
            body = await _body(request)
            content_type = request.headers.get("content-type", "")
            reply = await run_in_threadpool(answer, content_type, media, body)
        except RequestError as error:
            logger.info("refused status=%d error=%s", error.status, type(error).__name__)
            return PlainTextResponse(str(error), status_code=error.status)
        return Response(reply, media_type=media)

    return Starlette(
        routes=[
            Route("/ping", ping, methods=["GET"]),
            Route("/invocations", invocations, methods=["POST"]),
        ]
    )


async def _body(request: Request) -> bytearray:
    """The body in memory that is taken once: keeping its parts until the end costs as much as scoring them."""
    declared = request.headers.get("content-length", "0")
    size = int(declared) if declared.isdigit() else 0
    if size > LARGEST_BODY_BYTES:
        raise BodyTooLargeError(LARGEST_BODY_BYTES)
    body, end = bytearray(size), 0
    async for part in request.stream():
        start, end = end, end + len(part)
        if end > LARGEST_BODY_BYTES:
            raise BodyTooLargeError(LARGEST_BODY_BYTES)
        body[start:end] = part  # grows when the length was not declared
    return body


def run(base: Path) -> int:
    """Serve until SIGTERM, then finish what is under way; the exit code is 0."""
    app = application(Scorer(load(base / "model")))
    gc.freeze()  # the model and the libraries stay: no collection needs to look at them again
    signal.signal(signal.SIGTERM, _end)  # uvicorn finishes its requests first, then raises the signal again
    signal.signal(signal.SIGINT, _end)
    uvicorn.run(
        app,
        host=os.environ.get("MODEL_BIND_HOST", "0.0.0.0"),  # noqa: S104 - in the container, SageMaker comes from outside
        port=int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080")),
        http="httptools",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
