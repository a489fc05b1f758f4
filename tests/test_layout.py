"""The house: layers are guarded by import-linter in `make check`; here is what it cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"openai", "requests", "youtube_transcript_api", "numpy", "rich", "jinja2", "sqlite3"}
FILES = sorted((ROOT / "pipeline").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_one_broad_handler_no_print_no_rooms_without_a_name(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    broad = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    ]
    assert len(broad) == (1 if path.name == "batch.py" else 0)
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
    assert not {"utils", "helpers", "common", "manager"} & set(path.with_suffix("").parts[-3:])


def test_files_stay_readable() -> None:
    long = {p.name: n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300}
    assert long == {}


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        f"sys.exit(', '.join(sorted({HEAVY!r} & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_path_of_a_machine_and_no_index_url_is_carried() -> None:
    for name in ("constraints.txt", "pyproject.toml", "Makefile", "config.yaml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert "file:///" not in text
        assert "find-links" not in text.replace("--no-emit-find-links", "")
