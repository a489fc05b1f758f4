"""Measures verification and writes benchmarks/VERIFY.md: `python -m benchmarks.verify`, or `make bench-verify`.

Reads constructed cases, hand-written claims, judged claims and transcripts from the folder of shared data; what is
missing of it is said and left out, and with none of it the bundled examples are measured. With `--peer-python PATH`,
quote checkers that are installed for that interpreter answer the same quotations.
"""

import argparse
import json
import platform
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.verify_page import Claims, Part, Peers, page
from pipeline.errors import SourceError
from pipeline.measuring import Case, Measured, Talk, case_of_row, jobs_for, judge, measure
from pipeline.sources.files import read_transcript_file
from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.transcript import Transcript

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
_PEERS_WORKER = HERE / "peers_worker.py"
_PEER_CASES = 1_200
_BEFORE_MS, _AFTER_MS = 10_000, 45_000

Row = dict[str, Any]


def load_transcript(path: Path) -> Transcript:
    """A transcript of the shared data."""
    return read_transcript_file(path, video_id=path.stem)


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs that a score ranks rightly (area under the ROC curve)."""
    ranks = np.sort(np.array([*positive, *negative]))
    middle = (np.searchsorted(ranks, positive, "left") + np.searchsorted(ranks, positive, "right") - 1) / 2
    pairs = len(positive) * len(negative)
    return float((middle.sum() - len(positive) * (len(positive) - 1) / 2) / pairs) if pairs else float("nan")


class Work(NamedTuple):
    """The cases of one transcript."""

    path: Path
    cases: tuple[Case, ...]


def judged(work: Work) -> Measured:
    """The verdicts on given cases of a transcript."""
    return judge(Talk(work.path.stem, load_transcript(work.path)), work.cases)


def constructed(folder: Path, rows: Iterable[Row]) -> list[Measured]:
    """The verdicts on constructed cases, video by video."""
    by_video: dict[str, list[Case]] = defaultdict(list)
    for row in rows:
        by_video[row["vid"]].append(case_of_row(row))
    return _pooled([Work(folder / f"{video}.json", tuple(cases)) for video, cases in by_video.items()])


def hand_written(folder: Path, rows: Iterable[Row]) -> list[Measured]:
    """The verdicts on claims that people wrote in their own words, and on their subtly wrong twins."""
    by_video: dict[str, list[Case]] = defaultdict(list)
    for number, row in enumerate(rows):
        span = {"true_s": row["start"], "true_e": row["end"], "cite_s": row["start"], "cite": "", "quote": False}
        twins = (("ok", "hand-written", "supported"), ("unsupported", f"edited: {row['edit']}", "edited"))
        for gold, kind, key in twins:
            told = {"id": f"{number}-{key}", "vid": row["vid"], "kind": kind, "gold": gold, "claim": row[key]}
            by_video[row["vid"]].append(case_of_row({**span, **told}))
    return _pooled([Work(folder / f"{video}.json", tuple(cases)) for video, cases in by_video.items()])


def made(paths: Iterable[Path], limit: int) -> list[Measured]:
    """The verdicts on cases that our generator makes of transcripts; files that are none are left out."""
    talks = []
    for path in paths:
        try:
            talk = Talk(path.name, read_transcript_file(path))
        except SourceError:
            continue
        if talk.statements:
            talks.append(talk)
    return measure(jobs_for(talks, limit=limit, seed=0))


def real_claims(folder: Path) -> Claims:
    """The verdicts on claims of large models that people judged, and how well the score tells them apart."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    scores: dict[str, list[float]] = defaultdict(list)
    indexes: dict[str, TranscriptIndex] = {}
    for row in _read(folder / "claims.jsonl"):
        video = row["video_id"]
        if video not in indexes:
            indexes[video] = TranscriptIndex(load_transcript(folder / f"transcripts/{video}.json"))
        title = row["note"].removesuffix(".md").replace("_", " ")
        check = check_citation(indexes[video], row["claim"], row["cited_seconds"] * 1000, (title, row["channel"]))
        verdicts[row["label"]][check.verdict] += 1
        scores[row["label"]].append(check.score)
    areas = {label: area(scores["supported"], scores[label]) for label in ("partial", "unsupported")}
    return Claims(dict(verdicts), areas)


def peers(python: str, measured: Sequence[Measured], folder: Path) -> Peers:
    """How often quote checkers of another interpreter accept the quotations, true ones and altered ones.

    Each quotation is looked for in what is said from 10 s before to 45 s after the cited time, where the true ones are.
    """
    quotes = [one for m in measured for one in m.judged if one.case.quote and one.case.kind.startswith("quote_")]
    quotes = quotes[:: max(1, len(quotes) // _PEER_CASES)]
    talks = {m.name: Talk(m.name, load_transcript(folder / f"{m.name}.json")) for m in measured}
    lines = []
    for one in quotes:
        cite = one.case.cite_ms or 0
        around = talks[one.case.video].between(cite - _BEFORE_MS, cite + _AFTER_MS)
        lines.append(json.dumps({"quote": one.case.claim, "context": around}))
    done = subprocess.run(
        [python, str(_PEERS_WORKER)], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return Peers([(one, verdict) for one, verdict in zip(quotes, verdicts, strict=True)])


def _pooled(work: list[Work]) -> list[Measured]:
    with ProcessPoolExecutor() as pool:
        return list(pool.map(judged, work))


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _corpus(folder: Path) -> list[Path]:
    """One file of every talk: derived shapes of the same words, and further files of one recording, are left out."""
    kept: dict[tuple[str, str, str], Path] = {}
    for path in sorted(folder.iterdir()):
        talk, _, shape = path.name.partition("__")
        video, language, *_ = [*shape.split("__"), "", ""]
        is_other = talk != "derived" or "__fr__" in path.name
        if is_other and path.suffix in {".srt", ".vtt", ".json", ".json3", ".md", ".txt", ".sbv", ".xml"}:
            kept.setdefault((talk, video, language), path)
    return list(kept.values())


class Found(NamedTuple):
    """What there was to measure, and what not."""

    parts: list[Part]
    claims: Claims | None
    peers: Peers | None
    missing: list[str]


def halves(bench: Path, limit: int) -> Iterator[Part]:
    """Every set of claims of the bench, for the videos tuned on and for those held out."""
    rows, written = _read(bench / "cases.jsonl"), _read(bench / "natural.jsonl")
    tuned = set(sorted({row["vid"] for row in rows})[::2])
    folder = bench / "transcripts"
    for name, is_tuned in (("tuned on", True), ("held out", False)):
        mine, told = ([row for row in of if (row["vid"] in tuned) == is_tuned] for of in (rows, written))
        files = [path for path in sorted(folder.iterdir()) if (path.stem in tuned) == is_tuned]
        yield Part("constructed", name, constructed(folder, mine))
        yield Part("hand-written", name, hand_written(folder, told))
        yield Part("generated", name, made(files, limit))


def everything(shared: Path, limit: int, peer_python: str | None) -> Found:
    """Whatever of the shared data is there, measured; the examples where nothing is."""
    found = Found([], None, None, [])
    if (shared / "bench/cases.jsonl").is_file():
        for part in halves(shared / "bench", limit):
            print(f"measured: {part.data}, {part.split}", flush=True)
            found.parts.append(part)
    else:
        found.missing.append("constructed and hand-written claims (bench/)")
    if (shared / "corpus").is_dir():
        found.parts.append(Part("languages", "", made(_corpus(shared / "corpus"), 3 * limit)))
    else:
        found.missing.append("transcripts in other languages (corpus/)")
    if not found.parts:
        found.parts.append(Part("generated", "examples", made(sorted(EXAMPLES.iterdir()), 3 * limit)))
    if (shared / "claims/claims.jsonl").is_file():
        found = found._replace(claims=real_claims(shared / "claims"))
    else:
        found.missing.append("judged claims (claims/)")
    held = next((p for p in found.parts if (p.data, p.split) == ("constructed", "held out")), None)
    if peer_python and held:
        found = found._replace(peers=peers(peer_python, held.measured, shared / "bench/transcripts"))
    return found


def main() -> None:
    """Measure everything that is there, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify", description=__doc__)
    parser.add_argument(
        "--shared", type=Path, default=Path(__file__).parents[2] / "shared", help="the claims and talks"
    )
    parser.add_argument("--limit", type=int, default=2, help="most generated cases of a kind from one transcript")
    parser.add_argument("--peer-python", help="an interpreter with instructor or langextract")
    parser.add_argument("--out", type=Path, default=HERE / "VERIFY.md", help="the page to write")
    options = parser.parse_args()
    found = everything(options.shared, options.limit, options.peer_python)
    for what in found.missing:
        print(f"not there, and left out: {what}")
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    text = page(found.parts, found.claims, found.peers, (machine, found.missing))
    options.out.write_text(text, encoding="utf-8")
    print(f"wrote {options.out.name}")


if __name__ == "__main__":
    main()
