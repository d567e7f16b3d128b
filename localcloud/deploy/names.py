"""Makes physical names as CloudFormation does: stack, logical id and a suffix, the same ones every time."""

import base64
import hashlib


def physical_name(stack: str, logical_id: str, longest: int = 64, lower: bool = False) -> str:
    """`stack-LogicalId-SUFFIX`, cut to the length the service allows."""
    digest = hashlib.sha256(f"{stack}/{logical_id}".encode()).digest()
    suffix = base64.b32encode(digest).decode()[:12]
    space = longest - len(suffix) - 2
    first = stack[: max(space // 2, space - len(logical_id))]
    name = f"{first}-{logical_id[: space - len(first)]}-{suffix}"
    return name.lower() if lower else name
