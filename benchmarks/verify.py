"""Measures verification on judged and constructed claims: `python -m benchmarks.verify [--shared DIR]`.

Reads `bench/cases.jsonl`, `bench/natural.jsonl` and `claims/claims.jsonl` with the transcripts beside them. Most
thresholds were tuned on every other video; "held out" are the rest, but a few were set after their figures had been
seen, and the score's weights were chosen on the judged claims themselves: only data never used here is a clean test.
Quotes are checked as quotes because they are put between quotation marks. A doubtful claim counts as caught.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.outline import Check
from pipeline.values.transcript import Segment, Transcript, Video

GOOD = {"supported", "repaired"}
Case = dict[str, Any]
Judged = list[tuple[Case, Check]]


def load_transcript(path: Path) -> Transcript:
    """A transcript of the shared data: a JSON list of texts with start and duration in seconds."""
    cues = [c for c in json.loads(path.read_text(encoding="utf-8")) if c["text"].strip()]
    starts = np.maximum.accumulate([round(c["start"] * 1000) for c in cues]).tolist()
    segments = []
    for i, (cue, start) in enumerate(zip(cues, starts, strict=True)):
        end = start + round((cue.get("duration") or 0) * 1000)
        if i + 1 < len(starts):
            end = min(end, starts[i + 1])
        segments.append(
            Segment(number=i, start_ms=start, end_ms=max(end, start + 1), text=cue["text"], speaker=cue.get("speaker"))
        )
    video = Video(id=path.stem, title="", channel="")
    return Transcript(video=video, language="en", trust="unknown", segments=tuple(segments))


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs that a score ranks rightly (area under the ROC curve)."""
    ranks = np.sort(np.array([*positive, *negative]))
    middle = (np.searchsorted(ranks, positive, "left") + np.searchsorted(ranks, positive, "right") - 1) / 2
    pairs = len(positive) * len(negative)
    return float((middle.sum() - len(positive) * (len(positive) - 1) / 2) / pairs) if pairs else float("nan")


@cache
def _index(path: Path) -> TranscriptIndex:
    return TranscriptIndex(load_transcript(path))


def _read(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _share(checks: Iterable[bool]) -> str:
    found = list(checks)
    if not found:
        return "-"
    share = sum(found) / len(found)
    return f"{share:6.1%} ±{1.96 * (share * (1 - share) / len(found)) ** 0.5:5.1%} [{len(found)}]"


def _cases(folder: Path, cases: list[Case]) -> Judged:
    for case in cases:
        _ = _index(folder / "transcripts" / f"{case['vid']}.json").header
    begin = time.perf_counter()
    judged = []
    for case in cases:
        text = f"“{case['claim']}”" if case["quote"] else case["claim"]
        time_ms = None if case["cite_s"] is None else round(case["cite_s"] * 1000)
        judged.append((case, check_citation(_index(folder / "transcripts" / f"{case['vid']}.json"), text, time_ms)))
    print(f"  {1000 * (time.perf_counter() - begin) / len(cases):.1f} ms a claim")
    return judged


def _anchored(case: Case, check: Check) -> bool:
    return check.best_time_ms is not None and abs(check.best_time_ms / 1000 - case["true_s"]) <= 15


def _report_cases(judged: Judged) -> None:
    kinds: dict[tuple[str, str], Judged] = defaultdict(list)
    for case, check in judged:
        kinds[case["gold"], case["kind"]].append((case, check))
    print(f"  {'gold':12} {'kind':18} supported  repaired  doubtful  unsupported  within 15 s")
    for (gold, kind), of_kind in sorted(kinds.items()):
        verdicts = Counter(check.verdict for _, check in of_kind)
        shares = [f"{verdicts[v] / len(of_kind):9.1%}" for v in ("supported", "repaired", "doubtful", "unsupported")]
        moved = [_anchored(*x) for x in of_kind if x[1].verdict == "repaired" and x[0]["true_s"] is not None]
        print(f"  {gold:12} {kind:18} {' '.join(shares)}   {sum(moved)}/{len(moved)}")
    by = {g: [x for x in judged if x[0]["gold"] in gs] for g, gs in _GROUPS.items()}
    print("  false alarms        ", _share(check.verdict not in GOOD for _, check in by["honest"]))
    print("  wrong content leaks ", _share(check.verdict in GOOD for _, check in by["unsupported"]))
    print(
        "  altered quotes leak ",
        _share(c.verdict in GOOD for x, c in by["unsupported"] if x["kind"].startswith("quote")),
    )
    print("  wrong times leak    ", _share(check.verdict == "supported" for _, check in by["wrong_time"]))
    print("  … found within 15 s ", _share(_anchored(*x) for x in by["wrong_time"]))
    print("  no such time: found ", _share(_anchored(*x) for x in by["nonexistent"]))
    honest, wrong = ([check.score for _, check in by[g]] for g in ("honest", "unsupported"))
    print(f"  area under the curve {area(honest, wrong):.3f}")


_GROUPS = {
    "honest": {"ok", "benign"},
    "unsupported": {"unsupported"},
    "wrong_time": {"wrong_time"},
    "nonexistent": {"nonexistent"},
}


def _report_natural(folder: Path, cases: list[Case]) -> None:
    told: dict[str, list[Check]] = {"supported": [], "edited": []}
    for case in cases:
        index = _index(folder / "transcripts" / f"{case['vid']}.json")
        for key, checks in told.items():
            checks.append(check_citation(index, case[key], round(case["start"] * 1000)))
    print("  false alarms        ", _share(c.verdict not in GOOD for c in told["supported"]))
    print("  edited twins leak   ", _share(c.verdict in GOOD for c in told["edited"]))
    scores = [[c.score for c in checks] for checks in told.values()]
    print(f"  area under the curve {area(*scores):.3f}")


def _report_claims(folder: Path) -> None:
    scores: dict[str, list[float]] = defaultdict(list)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in _read(folder / "claims.jsonl"):
        index = _index(folder / "transcripts" / f"{case['video_id']}.json")
        title = case["note"].removesuffix(".md").replace("_", " ")
        check = check_citation(index, case["claim"], case["cited_seconds"] * 1000, (title, case["channel"]))
        scores[case["label"]].append(check.score)
        verdicts[case["label"]][check.verdict] += 1
    least = float(np.quantile(scores["supported"], 0.05))
    for label, found in verdicts.items():
        print(f"  {label:12} {dict(found)}; below the 5 % mark {sum(s < least for s in scores[label])}/{found.total()}")
    for label in ("unsupported", "partial"):
        print(f"  area, supported against {label}: {area(scores['supported'], scores[label]):.3f}")


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    shared: Path = parser.parse_args().shared
    if not (shared / "bench").is_dir():
        parser.error(f"{shared} does not hold the judged claims; name their folder with --shared")
    cases, natural = _read(shared / "bench/cases.jsonl"), _read(shared / "bench/natural.jsonl")
    tuned = set(sorted({c["vid"] for c in cases})[::2])
    for name, part in (("tuned on", True), ("held out", False)):
        print(f"Constructed cases, {name}")
        _report_cases(_cases(shared / "bench", [c for c in cases if (c["vid"] in tuned) == part]))
        print(f"Hand-written claims, {name}")
        _report_natural(shared / "bench", [c for c in natural if (c["vid"] in tuned) == part])
    print("Claims of two large models, judged by hand")
    _report_claims(shared / "claims")


if __name__ == "__main__":
    main()
