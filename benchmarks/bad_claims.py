"""What becomes of a model's bad claims: `python -m benchmarks.bad_claims [--shared DIR]` writes docs/faults.md.

A scripted model outlines three hours of talk. Of its claims 2 %, 10 % and 40 % are bad in turn: the line is invented,
confused with a time, beyond the end, or another existing one; the quote is invented or another line's; a number is
changed. It mends as badly as it outlines. Everything behind it is the real line: chunks, reading, verification,
mending, the plan. The talks are those of the shared data where these are, with their constructed claims of known truth;
else the bundled examples over and over, with claims in the words of their lines.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.marked import between
from pipeline.errors import VideoError
from pipeline.language.tokens import tokens
from pipeline.make_notes import Author, make_notes
from pipeline.models.asking import Asker
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings, Settings
from pipeline.sources.files import read_transcript_file
from pipeline.stages.split import split
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.outline import Claim
from pipeline.values.script import Line, Script
from pipeline.values.transcript import Segment, Transcript
from tests.scripted_server import FALSE, Asked, filled, plan

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/faults.md"
BEGIN, END = "<!-- begin of the bad claims -->", "<!-- end of the bad claims -->"
RATES = (0.02, 0.10, 0.40)
_HOURS = 3
_NEAR_MS = 15_000
_KINDS = (
    "invented line",
    "confused line",
    "beyond the end",
    "another line",
    "another quote",
    "invented quote",
    "number",
)
_SETTINGS = ModelSettings(base_url="http://127.0.0.1:1/v1")


@dataclass(frozen=True)
class Told:
    """An honest claim: its sentence, the line that says it, and whether it has words of its own."""

    text: str
    line: int
    quote: str
    retold: bool = False


@dataclass
class Liar:
    """A model that tells what it was given, and of so many claims one that is bad. It knows which."""

    told: Mapping[int, Sequence[Told]]
    """By line."""
    lines: Sequence[Line]
    rate: float
    chance: random.Random
    honest: set[str] = field(default_factory=set)
    bad: Counter[str] = field(default_factory=Counter)

    def answer(self, request: Request) -> Reply:
        """The reply."""
        body = {
            "messages": [m.model_dump() for m in request.messages],
            "response_format": {"json_schema": {"name": request.schema_name}},
        }
        asked = Asked(0, body, {})
        answers = {"outline_draft": self._outline, "mend_draft": self._mend}
        answer = answers[asked.kind](asked) if asked.kind in answers else plan(asked, "good")
        text = json.dumps(filled(answer), ensure_ascii=False)
        return Reply(text=text, finish="stop", model="liar", usage=Usage(calls=1))

    def _outline(self, asked: Asked) -> dict[str, Any]:
        told = [t for number, _ in asked.core for t in self.told.get(number, ())]
        return {"claims": [self._given(t, [n for n, _ in asked.core]) for t in told[:60]], "callouts": []}

    def _mend(self, asked: Asked) -> dict[str, Any]:
        own = [(i, Told(_sentence(text), n, text)) for i, n, text in asked.failed]
        shown = [n for _, n, _ in asked.failed]
        return {"repairs": [{"id": i, "action": "rewrite", "claims": [self._given(t, shown)]} for i, t in own]}

    def _given(self, told: Told, lines: Sequence[int]) -> dict[str, Any]:
        """The claim as it is, or spoilt."""
        line, quote, text = told.line, told.quote, told.text
        if self.chance.random() >= self.rate:
            self.honest.add(_key(text))
        else:
            kind = self.chance.choice(_KINDS)
            self.bad[kind] += 1
            other = self.lines[self.chance.choice(lines) - 1]
            match kind:
                case "invented line":
                    line = self.chance.randrange(1, len(self.lines))
                case "confused line":
                    line = line * 60 % len(self.lines) + 1
                case "beyond the end":
                    line += len(self.lines)
                case "another line":
                    line = other.number
                case "another quote":
                    line, quote = other.number, other.text
                case "invented quote":
                    quote = FALSE.lower()
                case _:
                    text = _changed(text)
        return _claim(line, quote, text)


def _claim(line: int, quote: str, text: str) -> dict[str, Any]:
    subject = " ".join(text.split()[:2])
    return {"evidence": [{"line": line, "quote": quote}], "subject": subject, "text": text, "voice": "told"}


def _changed(text: str) -> str:
    """The claim with another number, or with one that it had not."""
    words = text.split()
    places = [i for i, word in enumerate(words) if word.strip(".,").isdigit()]
    if places:
        words[places[0]] = str(int(words[places[0]].strip(".,")) + 17)
        return " ".join(words)
    return f"{text.rstrip('.')} in 1847."


def _sentence(line: str) -> str:
    words = " ".join(line.split()[:14])
    return words[:1].upper() + words[1:].rstrip(".,;:!?") + "."


@dataclass(frozen=True)
class Seen:
    """What became of one video."""

    proposed: int
    bad: int
    wrong_times: int = 0
    marked_times: int = 0
    """Wrong times of claims that are marked as doubtful."""
    wrong_quotes: int = 0
    false_claims: int = 0
    good: int = 0
    """Honest claims."""
    proved: int = 0
    shown: int = 0
    """Proved, or marked as doubtful."""
    failed: int = 0
    lost: tuple[str, ...] = ()
    """Honest claims that are not shown, and why."""
    strayed: tuple[str, ...] = ()
    """Claims at wrong times."""

    def __add__(self, other: "Seen") -> "Seen":
        mine, theirs = vars(self), vars(other)
        return Seen(**{name: mine[name] + theirs[name] for name in mine})


def seen(transcript: Transcript, told: Sequence[tuple[int, str]], rate: float, seed: int) -> Seen:
    """A video outlined by a liar; `told` are honest claims with their times in ms, none for those of the lines."""
    settings = Settings()
    script = split(transcript, settings.split)
    by_line = _by_line(script, told)
    liar = Liar(by_line, script.lines, rate, random.Random(seed))
    with ThreadPoolExecutor(1) as pool:
        asker = Asker(liar, _SETTINGS, PromptFolder(), pool)
        try:
            made, _ = make_notes(transcript, Author(outliner=asker, model="liar"), settings, lambda _: None)
        except VideoError:
            return Seen(len(liar.honest), sum(liar.bad.values()), failed=1)
    return _judged(liar, script, made.outline.claims)


def _by_line(script: Script, told: Sequence[tuple[int, str]]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    if not told:
        for line in script.lines[::2]:
            if len(line.text.split()) > 5:
                found[line.number] = [Told(_sentence(line.text), line.number, line.text)]
        return found
    starts = [line.start_ms for line in script.lines]
    for time_ms, text in told:
        said = frozenset(t.norm for t in tokens(text))
        near = [line for line, start in zip(script.lines, starts, strict=True) if abs(start - time_ms) <= _NEAR_MS]
        if near:
            best = max(near, key=lambda line: len(said & {t.norm for t in tokens(line.text)}))
            found.setdefault(best.number, []).append(Told(text, best.number, best.text, retold=True))
    return found


def _judged(liar: Liar, script: Script, claims: Sequence[Claim]) -> Seen:
    """Every claim that would stand on a page, held against what the liar knows."""
    places: dict[str, list[Line]] = {}
    for line in script.lines:
        places.setdefault(_key(_sentence(line.text)), []).append(line)
        for told in liar.told.get(line.number, ()):
            places.setdefault(_key(told.text), []).append(line)
    shown = [c for c in claims if c.check.good or c.check.doubtful]
    spoken = " ".join(t.norm for line in script.lines for t in tokens(line.text))
    texts, proved = {_key(c.text) for c in shown}, {_key(c.text) for c in shown if c.check.good}
    checks = {_key(c.text): f"{c.check.tier}: {c.check.reason}" for c in claims}
    strayed = [c for c in shown if _key(c.text) in places and not _in_time(c, places[_key(c.text)], script)]
    return Seen(
        proposed=sum(map(len, liar.told.values())),
        bad=sum(liar.bad.values()),
        wrong_times=sum(c.check.good for c in strayed),
        marked_times=sum(c.check.doubtful for c in strayed),
        wrong_quotes=sum(" ".join(t.norm for t in tokens(k.quote)) not in spoken for c in shown for k in c.citations),
        false_claims=sum(_key(c.text) not in places for c in shown),
        good=len(liar.honest),
        proved=len(liar.honest & proved),
        shown=len(liar.honest & texts),
        lost=tuple(f"lost: {checks.get(key, 'not in the outline')}\n  {key}" for key in sorted(liar.honest - texts)),
        strayed=tuple(_strayed(c, places[_key(c.text)]) for c in strayed),
    )


def _key(text: str) -> str:
    """A sentence without what reading may change: capitals and marks."""
    return " ".join(token.norm for token in tokens(text))


def _strayed(claim: Claim, lines: Sequence[Line]) -> str:
    cited = "; ".join(f"{k.time_ms // 1_000} s: {k.quote}" for k in claim.citations)
    true = "; ".join(f"{line.start_ms // 1_000} s: {line.text}" for line in lines[:3])
    return f"strayed ({claim.check.tier}): {claim.text}\n  cited {cited}\n  true {true}"


def _in_time(claim: Claim, lines: Sequence[Line], script: Script) -> bool:
    """Whether a citation, from its time to the end of its quote, meets a line that says the claim."""
    segments = script.transcript.segments
    same = {line.text for line in lines}
    return any(
        line.start_ms - _NEAR_MS <= segments[k.last_segment].end_ms and k.time_ms <= line.end_ms + _NEAR_MS
        for k in claim.citations
        for line in script.lines
        if line.text in same
    )


def talks(shared: Path | None) -> Iterator[tuple[Transcript, list[tuple[int, str]]]]:
    """Talks of three hours, with honest claims and their times, where such are known."""
    if shared is None or not (shared / "bench/cases.jsonl").is_file():
        examples = [read_transcript_file(p) for p in sorted((ROOT / "examples").glob("*.en.*"))]
        yield joined([example for _ in range(40) for example in examples])[0], []
        return
    cases = [json.loads(line) for line in (shared / "bench/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    honest = [c for c in cases if c["gold"] == "ok" and not c["quote"]]
    names = sorted({c["vid"] for c in honest})
    while names:
        parts: dict[str, Transcript] = {}
        while names and sum(t.end_ms for t in parts.values()) < _HOURS * 3_600_000:
            name = names.pop(0)
            parts[name] = read_transcript_file(shared / f"bench/transcripts/{name}.json")
        talk, offsets = joined(list(parts.values()))
        begins = dict(zip(parts, offsets, strict=True))
        told = [(begins[c["vid"]] + round(c["true_s"] * 1_000), c["claim"]) for c in honest if c["vid"] in begins]
        yield talk, told


def joined(parts: Sequence[Transcript]) -> tuple[Transcript, list[int]]:
    """One transcript of several, three hours at most but for the end of the last one, and where each begins in ms."""
    segments: list[Segment] = []
    offsets: list[int] = []
    begins = 0
    for part in parts:
        if begins >= _HOURS * 3_600_000:
            break
        offsets.append(begins)
        for s in part.segments:
            moved = {"number": len(segments), "start_ms": s.start_ms + begins, "end_ms": s.end_ms + begins}
            segments.append(s.model_copy(update=moved))
        begins = segments[-1].end_ms + 2_000
    first = parts[0]
    video = first.video.model_copy(update={"title": "Talks", "id": "talks", "chapters": (), "duration_ms": None})
    return first.model_copy(update={"segments": tuple(segments), "video": video, "language": "en"}), offsets


_HEAD = (
    "| bad claims | videos | proposed | bad | wrong times shown | on claims marked doubtful | wrong quotes shown | "
    "false claims shown | "
    "good claims proved | shown | failed videos |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def table(found: Mapping[float, Sequence[Seen]]) -> str:
    """A row a rate."""
    rows = []
    for rate, videos in found.items():
        s = sum(videos[1:], videos[0])
        values = (
            f"{rate:.0%}",
            len(videos),
            s.proposed,
            s.bad,
            s.wrong_times,
            s.marked_times,
            s.wrong_quotes,
            s.false_claims,
        )
        shares = (f"{s.proved / max(1, s.good):.1%}", f"{s.shown / max(1, s.good):.1%}", s.failed)
        rows.append(f"| {' | '.join(map(str, (*values, *shares)))} |")
    return "\n".join([_HEAD, *rows])


def main() -> None:
    """Measures all rates and writes them between the marks of the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bad_claims", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--talks", type=int, default=2, help="of three hours each")
    parser.add_argument("--lost", action="store_true", help="print the good claims that were lost, and why")
    options = parser.parse_args()
    parts = []
    for name, shared in (("Constructed claims, told in other words", options.shared), ("Bundled examples", None)):
        known = list(islice(talks(shared), options.talks))
        if shared and not known[0][1]:
            continue
        found = {rate: [seen(*talk, rate, seed) for seed, talk in enumerate(known)] for rate in RATES}
        parts += [f"{name}:", table(found)]
        if options.lost:
            print(*(text for videos in found.values() for v in videos for text in (*v.lost, *v.strayed)), sep="\n")
    between(options.page, BEGIN, END, "\n\n".join(parts))


if __name__ == "__main__":
    main()
