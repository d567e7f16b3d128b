"""What is on a node's PATH as `sqoop`, `s3-dist-cp`, `aws`, …: asks the forker to run the program and waits.

Started by every call, so it imports next to nothing. The forker gets this process's arguments, environment,
working directory and standard streams; when this process dies the forker kills the program.
"""

import array
import json
import os
import socket
import sys

SOCKET_VARIABLE = "EMR_PROGRAMS_SOCKET"


def main() -> int:
    request = json.dumps(
        {
            "program": os.path.basename(sys.argv[0]),  # noqa: PTH119 - pathlib takes 5 ms to import
            "argv": sys.argv[1:],
            "cwd": os.getcwd(),  # noqa: PTH109
            "env": dict(os.environ),
        }
    ).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(os.environ[SOCKET_VARIABLE])
        descriptors = array.array("i", [0, 1, 2])
        header = len(request).to_bytes(4, "big")
        connection.sendmsg([header], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        connection.sendall(request)
        answer = connection.recv(1)
    return answer[0] if answer else 137


if __name__ == "__main__":
    sys.exit(main())
