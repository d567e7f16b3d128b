"""What a cold start costs: handlers against `import awswrangler`, in fresh processes, CPU time.

    .venv/bin/python bench/cold_start.py [--rounds 7]

Each round starts one process per candidate; the ratio is taken within the round. The gate is a handler with
Logger and one AWS client at no more than 0.45 of `import awswrangler`. It is taken on the handlers that need exactly
one client; others are shown with their largest one (Glue's service model alone is 0.2 of awswrangler).
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
GATE = 0.45
ONE_CLIENT = {"report_failure": "sns", "check_tables": "athena"}
CLIENT = {**ONE_CLIENT, "notify_auditors": "sns", "start_crawler": "glue"}
HEAVY = ("pandas", "pyarrow", "awswrangler", "numpy", "duckdb", "polars", "boto3", "sqlglot", "yaml")
PEER = "import awswrangler"


def cpu_seconds(code: str) -> float:
    """User and system time of a fresh process that runs `code`."""
    measured = f"{code}\nimport resource as r\nused = r.getrusage(r.RUSAGE_SELF)\nprint(used.ru_utime + used.ru_stime)"
    return float(_run(measured).splitlines()[-1])


def _run(code: str) -> str:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT / 'layers/hourglass'}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "POWERTOOLS_SERVICE_NAME": "hourglass",
        "POWERTOOLS_METRICS_NAMESPACE": "Hourglass",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def loading(function: str) -> str:
    """Code that does what Lambda does before the first event: import the handler, and make a client."""
    code = f"import sys\nsys.path.insert(0, {str(ROOT / 'functions' / function)!r})\nimport handler"
    service = CLIENT.get(function)
    return f"{code}\nfrom hourglass.aws.clients import client\nclient({service!r}).made" if service else code


def heavy_imports(function: str) -> list[str]:
    return _run(f"{loading(function)}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])").split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    functions = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    codes = {PEER: "import awswrangler", **{function: loading(function) for function in functions}}
    for code in codes.values():
        cpu_seconds(code)  # one discarded warm-up
    measured: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(rounds):
        for name, code in codes.items():
            measured[name].append(cpu_seconds(code))
    print(f"{'candidate':22} {'CPU ms':>7}  ratio to {PEER}: median (min … max)   heavy imports")
    for name, seconds in measured.items():
        ratios = sorted(one / peer for one, peer in zip(seconds, measured[PEER], strict=True))
        middle = statistics.median(ratios)
        heavy = "" if name == PEER else " ".join(heavy_imports(name))
        service = f" + {CLIENT[name]}" if name in CLIENT else ""
        print(
            f"{name:22} {statistics.median(seconds) * 1000:7.0f}  {middle:.2f} ({ratios[0]:.2f} … {ratios[-1]:.2f})"
            f"{service:10} {heavy}"
        )
    one_client = [
        statistics.median(a / b for a, b in zip(measured[name], measured[PEER], strict=True)) for name in ONE_CLIENT
    ]
    verdict = "holds" if max(one_client) <= GATE else "DOES NOT HOLD"
    print(
        f"\na handler with one client ≤ {GATE} × {PEER}: {verdict}, "
        f"the largest of {len(ONE_CLIENT)} is {max(one_client):.2f}"
    )


if __name__ == "__main__":
    main()
