"""The `sqoop` of a node with Apache Sqoop: asks the JVM at PORT, which runs it. A bootstrap action puts it there."""

import os
import socket
import struct
import sys

PORT = 0


def text(word: str) -> bytes:
    encoded = os.fsencode(word)
    return struct.pack(">i", len(encoded)) + encoded


def main(arguments: list[str]) -> int:
    with socket.create_connection(("127.0.0.1", PORT)) as connection:
        connection.sendall(text(os.environ["EMR_HDFS_ROOT"]) + text(os.environ["TMPDIR"]))
        connection.sendall(struct.pack(">i", len(arguments)) + b"".join(map(text, arguments)))
        answer = connection.makefile("rb").read()
    sys.stderr.buffer.write(answer[:-1])
    return answer[-1] if answer else 1


sys.exit(main(sys.argv[1:]))
