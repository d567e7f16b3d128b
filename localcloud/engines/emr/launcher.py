"""What is on a node's PATH as `sqoop`, `s3-dist-cp`, `aws`, …: asks the forker to run the program and waits.

    python -I -S launcher.py PROGRAM ARGUMENT…

Started by every call, so it imports nothing that has to be read from a file (`socket` alone would double its ten
milliseconds). The forker gets this process's arguments, environment, working directory and standard streams; when
this process dies the forker kills the program.
"""

import _socket
import posix
import sys

SOCKET_VARIABLE = "EMR_PROGRAMS_SOCKET"
PROGRAM, STEP = b"program", b"step"
KILLED = 137


def message(kind: bytes, argv: list[bytes], directory: bytes, environment: dict[bytes, bytes]) -> bytes:
    """What the forker is told: its length, then fields that none of these can break: NUL ends each."""
    variables = [name + b"=" + value for name, value in environment.items()]
    body = b"\0".join([kind, directory, b"%d" % len(argv), *argv, *variables])
    return len(body).to_bytes(4, "big") + body


def main() -> int:
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    argv = [word.encode(encoding, errors) for word in sys.argv[1:]]
    request = message(PROGRAM, argv, posix.getcwdb(), posix.environ)
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(posix.environ[SOCKET_VARIABLE.encode()])
    connection.sendmsg([request[:4]], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(request[4:])
    answer = connection.recv(1)
    return answer[0] if answer else KILLED


if __name__ == "__main__":
    sys.exit(main())
