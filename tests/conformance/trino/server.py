"""A Trino of one process over the catalog and the objects of an embedded cloud, on 127.0.0.1."""

import base64
import http.client
import json
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maven import Libraries, NotAvailableError
from tests.conformance.apache_sqoop import find_jdk, java_version
from tests.conformance.trino.answers import Answer, RefusedError, plain_type
from tests.conformance.trino.athena import CREDENTIALS, LAKE, REGION

HERE = Path(__file__).parent
VERSION = "435"
LIBRARIES = Libraries(HERE / "pom.xml", HERE / "trino.lock")
OLDEST_JAVA, FIRST_JAVA_WITHOUT = 17, 24  # Trino 435 needs the security manager, which Java 24 does not have any more
LIMITS = (
    "-Xmx1g",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=256m",
    "-Dfile.encoding=UTF-8",
    "-Djdk.attach.allowAttachSelf=true",
)
START_SECONDS = 120
CATALOG, WRITTEN = "hive", "written"  # what the cloud has, and what Trino writes


def find_java() -> str:
    """The version of the Java that Trino runs on.

    Raises:
        NotAvailableError: there is none, or an unfit one.
    """
    version = java_version()
    if not OLDEST_JAVA <= int(version.split(".")[0]) < FIRST_JAVA_WITHOUT:
        raise NotAvailableError(
            f"Trino {VERSION} runs on Java {OLDEST_JAVA} to {FIRST_JAVA_WITHOUT - 1}, not {version}"
        )
    return version


@contextmanager
def running(endpoint_url: str) -> Iterator["Trino"]:
    """A server that reads and writes what the cloud at `endpoint_url` has."""
    java, _ = find_jdk()
    libraries = LIBRARIES.folder()
    plugin = next(libraries.glob("*.zip"))
    port = _free_port()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with zipfile.ZipFile(plugin) as archive:
            archive.extractall(folder / "plugin")
        _write(folder / "config.properties", _server(folder, port))
        _write(folder / "catalog" / f"{CATALOG}.properties", _catalog(endpoint_url))
        _write(folder / "catalog" / f"{WRITTEN}.properties", {**_connector(endpoint_url), **_written()})
        jars = ":".join(str(jar) for jar in sorted(libraries.glob("*.jar")))
        command = [
            str(java),
            *LIMITS,
            f"-Dconfig={folder}/config.properties",
            "-cp",
            jars,
            str(HERE / "Start.java"),
            VERSION,
        ]
        log = folder / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            _await_start(server, log)
            yield _await_node(Trino(port))
        finally:
            server.kill()
            server.wait()


def _server(folder: Path, port: int) -> Mapping[str, object]:
    return {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "node.environment": "conformance",
        "node.id": "conformance",
        "node.bind-ip": "127.0.0.1",
        "node.internal-address": "127.0.0.1",
        "http-server.http.port": port,
        "discovery.uri": f"http://127.0.0.1:{port}",
        "plugin.dir": folder / "plugin",
        "catalog.config-dir": folder / "catalog",
        "query.max-memory-per-node": "500MB",
    }


def _catalog(endpoint_url: str) -> Mapping[str, object]:
    key, secret = CREDENTIALS["aws_access_key_id"], CREDENTIALS["aws_secret_access_key"]
    return {
        "hive.metastore": "glue",
        "hive.metastore.glue.endpoint-url": endpoint_url,
        "hive.metastore.glue.region": REGION,
        "hive.metastore.glue.aws-access-key": key,
        "hive.metastore.glue.aws-secret-key": secret,
        **_connector(endpoint_url),
    }


def _written() -> Mapping[str, object]:
    """What Trino writes has another catalog: it keeps statistics of columns in Glue, and the embedded one has none."""
    return {
        "hive.metastore": "file",
        "hive.metastore.catalog.dir": f"s3://{LAKE}/{WRITTEN}/",
        "hive.non-managed-table-writes-enabled": "true",
        "hive.compression-codec": "ZSTD",
    }


def _connector(endpoint_url: str) -> Mapping[str, object]:
    key, secret = CREDENTIALS["aws_access_key_id"], CREDENTIALS["aws_secret_access_key"]
    return {
        "connector.name": "hive",
        "fs.hadoop.enabled": "false",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": endpoint_url,
        "s3.region": REGION,
        "s3.path-style-access": "true",
        "s3.aws-access-key": key,
        "s3.aws-secret-key": secret,
    }


def _write(path: Path, properties: Mapping[str, object]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_start(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if "SERVER STARTED" in log.read_text(encoding="utf-8"):
            return
        time.sleep(0.2)
    raise RuntimeError("Trino has not started:\n" + log.read_text(encoding="utf-8")[-4000:])


def _await_node(trino: "Trino") -> "Trino":
    """The server says that it has started a moment before it counts itself among its nodes."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            trino.query("select count(*) from system.runtime.nodes")
        except RefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return trino


class Trino:
    """Asks over Trino's own protocol: a statement, then pages of its answer."""

    def __init__(self, port: int) -> None:
        self._port = port

    def query(self, sql: str, database: str = "default", parameters: Sequence[str] = ()) -> Answer:
        """Runs a statement; parameters are literals.

        Raises:
            RefusedError: it did not succeed.
        """
        if parameters:
            quoted = sql.replace("'", "''")
            sql = f"execute immediate '{quoted}' using {', '.join(parameters)}"
        headers = {
            "X-Trino-User": "conformance",
            "X-Trino-Catalog": CATALOG,
            "X-Trino-Schema": database,
            "X-Trino-Time-Zone": "UTC",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            page = _page(connection, "POST", "/v1/statement", sql.encode(), headers)
            columns: list[dict[str, Any]] = []
            data: list[list[Any]] = []
            while True:
                columns = page.get("columns") or columns
                data += page.get("data") or []
                if "error" in page:
                    raise RefusedError(f"{page['error']['errorName']}: {page['error']['message']}")
                if "nextUri" not in page:
                    break
                page = _page(connection, "GET", page["nextUri"].split(str(self._port), 1)[1], None, headers)
        finally:
            connection.close()
        kinds = [column["typeSignature"] for column in columns]
        rows = [[_text(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in data]
        types = tuple(_base(plain_type(column["type"])) for column in columns)
        return Answer(tuple(column["name"] for column in columns), types, rows)


def _page(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> dict[str, Any]:
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != http.client.OK:
        raise RefusedError(f"HTTP {answer.status}: {text[:500].decode()}")
    page: dict[str, Any] = json.loads(text, parse_float=str)  # a double keeps the digits that Trino wrote
    return page


def _base(kind: str) -> str:
    """Athena's API names the kind of a collection and not what is in it."""
    name = kind.split("(")[0]
    if name == "real":
        return "float"
    return name if name in ("array", "map", "row") else kind


def _text(value: Any, kind: Mapping[str, Any]) -> str | None:
    """A value of Trino's JSON as Athena writes it."""
    if value is None:
        return None
    inner = [argument["value"] for argument in kind["arguments"]]
    match kind["rawType"]:
        case "boolean":
            return "true" if value else "false"
        case "varbinary":
            return base64.b64decode(value).hex(" ")
        case "array":
            return f"[{', '.join(_nested(each, inner[0]) for each in value)}]"
        case "map":
            pairs = (f"{key}={_nested(each, inner[1])}" for key, each in value.items())
            return "{" + ", ".join(pairs) + "}"
        case "row":
            names = [(field.get("fieldName") or {}).get("name") or f"field{place}" for place, field in enumerate(inner)]
            kinds = [field["typeSignature"] for field in inner]
            cells = zip(names, value, kinds, strict=True)
            return "{" + ", ".join(f"{name}={_nested(each, each_kind)}" for name, each, each_kind in cells) + "}"
    return str(value)


def _nested(value: Any, kind: Mapping[str, Any]) -> str:
    text = _text(value, kind)
    return "null" if text is None else text
