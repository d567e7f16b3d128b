"""What may know what."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = {"hourglass", "handler", "simulator", "dashboards", "doctor", "cli", "mariadb", "postgres"}
AWS_CLIENTS = {"boto3", "botocore", "awswrangler"}


def imports(file: Path) -> set[str]:
    """The top-level names and full paths that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(file)}


def python_files(*folders: str) -> list[Path]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert files, folders
    return files


def test_the_embedded_cloud_imports_nothing_of_the_product():
    for file in python_files("localcloud"):
        assert not roots(file) & (PRODUCT | {"model"}), file


def test_the_embedded_cloud_knows_nothing_about_timesheets():
    for file in python_files("localcloud"):
        text = file.read_text(encoding="utf-8").lower()
        assert "timesheet" not in text, file
        assert "hourglass" not in text, file


def test_the_model_imports_nothing_of_the_product_or_the_cloud():
    for file in python_files("model"):
        assert not roots(file) & (PRODUCT | {"localcloud"}), file


def test_the_product_never_mentions_the_embedded_cloud():
    product = [*python_files("layers/hourglass/hourglass", "functions"), ROOT / "template.yaml"]
    product += [*(ROOT / "statemachines").iterdir(), *(ROOT / "jobs").glob("*.*"), *(ROOT / "sql").rglob("*.sql")]
    for file in product:
        text = file.read_text(encoding="utf-8").lower()
        assert "localcloud" not in text, file
        assert "embedded cloud" not in text, file
        assert "duckdb" not in text, file


def test_only_the_aws_package_of_the_layer_talks_to_aws():
    for file in python_files("layers/hourglass/hourglass"):
        if "aws" not in file.relative_to(ROOT / "layers/hourglass/hourglass").parts:
            assert not roots(file) & AWS_CLIENTS, file
            assert not [name for name in imports(file) if name.startswith("hourglass.aws")], file


def test_handlers_talk_to_aws_only_through_the_layer():
    for file in python_files("functions"):
        assert not roots(file) & AWS_CLIENTS, file


def test_the_doctor_knows_mappings_and_databases_and_nothing_else():
    others = {"localcloud", "cli", "dashboards", "model", "simulator", "mariadb", "postgres"}
    for file in python_files("doctor"):
        assert not roots(file) & (AWS_CLIENTS | others), file
        assert not [name for name in imports(file) if name.startswith("hourglass.aws")], file


def test_the_simulator_and_the_database_stand_alone():
    for file in python_files("simulator", "postgres", "mariadb"):
        assert not roots(file) & {"hourglass", "localcloud", "cli", "dashboards", "model"}, file
