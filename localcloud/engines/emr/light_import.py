"""Imports moto's EMR without moto's EC2, which takes half a second to read its instance types.

`moto.emr.models` only names a class of EC2 in its annotations; what it does with instances, `api` does otherwise.
"""

import sys
from importlib import import_module
from types import ModuleType

NAMED = "moto.ec2.models.instances"


def import_emr() -> None:
    """Imports it once; EC2 itself stays importable."""
    if NAMED in sys.modules or "moto.emr.models" in sys.modules:
        return
    stand_in = ModuleType(NAMED)
    vars(stand_in)["Instance"] = object
    sys.modules[NAMED] = stand_in
    try:
        import_module("moto.emr.models")
    finally:
        del sys.modules[NAMED]
