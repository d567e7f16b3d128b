"""The container's entry point: `train` or `serve`, as SageMaker calls it."""

import logging
import os
import sys
from pathlib import Path

from model.errors import ModelError

USAGE = "usage: python -m model train|serve"


def main(arguments: list[str]) -> int:
    """0 done, 1 failed, 2 called wrongly."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    if arguments not in (["train"], ["serve"]):
        sys.stderr.write(f"{USAGE}\n")
        return 2
    if arguments == ["train"]:
        from model import train

        return train.run(base)
    from model import serve

    try:
        return serve.run(base)
    except ModelError as error:
        logging.getLogger("model").error("cannot serve: %s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
