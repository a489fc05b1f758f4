"""Measures what notes cost and writes benchmarks/TOKENS.md: `python -m benchmarks.tokens`.

One talk, cut at one, three and five hours, is made into notes by the real line over a provider on the loopback that
answers after a second (benchmarks/provider.py says what). The same talk is priced for two other ways in the same run.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.counting import tokenizer
from benchmarks.provider import DELAY_S, Call, Provider
from benchmarks.talks import HOUR_MS, first_hours, real_talk, stamped
from pipeline.make_notes import Author, make_notes
from pipeline.models.asking import Asker
from pipeline.models.build import build_model
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings, Price, Settings
from pipeline.stages.split import split
from pipeline.store.store import Store
from pipeline.values.transcript import Transcript

HERE = Path(__file__).parent
PRICE = Price(input=0.25, cached=0.025, output=2.0)
PRICED_AS = "gpt-5-mini"
CLAIMS_A_MINUTE = 3.6

ARTICLES = 5
"""Of the seed's system, a video: it lists so many topics, and writes an article on each."""
TOPIC_TOKENS = 150
ARTICLE_TOKENS = 2_540
ARTICLE_CITATIONS = 46.5
CITATIONS_THAT_STAND = 0.75
"""Means of 98 published articles of that system (o200k; `citenote check` with their transcripts)."""

_LIST_TOPICS = "List the main topics of this video transcript, with a one-line description of each, as JSON."
_ARTICLE = (
    "Write an encyclopedia article on the given topic in Obsidian Markdown, from this video transcript only. Use"
    ' headings, [[wikilinks]] to the other topics, quotes, and after each fact a timestamp <a class="yt-timestamp"'
    ' data-t="HH:MM:SS">[HH:MM:SS]</a> of the place where it is said. '
)


@dataclass(frozen=True)
class Way:
    """One way of making notes of one talk, and what it took."""

    name: str
    hours: float
    plain: int
    calls: tuple[Call, ...]
    verified: float
    wall_s: float

    def total(self, field: str) -> int:
        return sum(getattr(call, field) for call in self.calls)

    @property
    def dollars(self) -> float:
        cached, prompt = self.total("cached"), self.total("prompt")
        read = PRICE.cached or PRICE.input
        return ((prompt - cached) * PRICE.input + cached * read + self.total("completion") * PRICE.output) / 1e6

    @property
    def rounds(self) -> float:
        """Seconds in which the provider had something to do: how many calls followed one another, at a second each."""
        busy, end = 0.0, 0.0
        for call in sorted(self.calls, key=lambda c: c.begun):
            busy += max(0.0, call.ended - max(call.begun, end))
            end = max(end, call.ended)
        return busy


def citenote(talk: Transcript, hours: float, slots: int, delay_s: float = DELAY_S) -> Way:
    """The real line: split, outline, verify, mend, plan."""
    settings = Settings()
    lines = len(split(talk, settings.split).lines)
    minutes = (talk.end_ms - talk.segments[0].start_ms) / 60_000
    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(CLAIMS_A_MINUTE * minutes / lines, delay_s) as provider,
        Store(Path(folder) / "store.db") as store,
        ThreadPoolExecutor(slots) as pool,
    ):
        server = ModelSettings(base_url=provider.url, model="honest", concurrency=slots)
        asker = Asker(build_model(server, store, environment={}), server, PromptFolder(), pool, settings.notes)
        begun = time.perf_counter()
        made, _ = make_notes(talk, Author(outliner=asker, model="honest"), settings, lambda _: None)
        wall = time.perf_counter() - begun
        plain = provider.count(" ".join(s.text for s in talk.segments))
        good = sum(claim.check.good for claim in made.outline.claims)
        return Way("citenote", hours, plain, tuple(provider.calls), good, wall)


Question = tuple[str, str, int]
"""The system message, the user's, and the tokens of the answer."""


def other(name: str, talk: Transcript, hours: float, questions: Sequence[Question], delay_s: float) -> Way:
    """Questions one after the other; their citations are right as often as that system's are."""
    with Provider(0, delay_s) as provider:
        plain = provider.count(" ".join(s.text for s in talk.segments))
        begun = time.perf_counter()
        for system, user, tokens in questions:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
            body = {"model": "other", "messages": messages, "answer_tokens": tokens}
            httpx2.post(f"{provider.url}/chat/completions", json=body, timeout=60).raise_for_status()
        wall = time.perf_counter() - begun
    return Way(name, hours, plain, tuple(provider.calls), ARTICLES * ARTICLE_CITATIONS * CITATIONS_THAT_STAND, wall)


def ways(talk: Transcript, hours: float, slots: int, delay_s: float = DELAY_S) -> list[Way]:
    """All ways for one length of talk, side by side."""
    text, topics = stamped(talk), range(1, ARTICLES + 1)
    listing = (_LIST_TOPICS, text, TOPIC_TOKENS)
    behind = [(_ARTICLE, f"{text}\nTopic: number {n}", ARTICLE_TOKENS) for n in topics]
    others = {
        "seed": [listing, *((f"{_ARTICLE}{n}", text, ARTICLE_TOKENS) for n in topics)],
        "seed, cached": [listing, *behind],
        "one call": [(_ARTICLE, text, TOPIC_TOKENS + ARTICLES * ARTICLE_TOKENS)],
    }
    asked = [other(name, talk, hours, questions, delay_s) for name, questions in others.items()]
    return [citenote(talk, hours, slots, delay_s), *asked]


_COLUMNS = (
    "talk",
    "way",
    "calls",
    "in",
    "× plain",
    "of it constant",
    "the rest × plain",
    "cached",
    "out",
    "out a claim",
    "verified claims",
    "$",
    "× seed",
    "$ a claim × seed",
    "calls in a row",
    "wall s",
)


def _row(way: Way, seed: Way) -> str:
    asked, constant = way.total("prompt"), way.total("constant") if way.name == "citenote" else 0
    each, seeds = way.dollars / way.verified, seed.dollars / seed.verified
    cells = (
        f"{way.hours:g} h",
        way.name,
        f"{len(way.calls)}",
        f"{asked:,}",
        f"{asked / way.plain:.2f}",
        f"{constant:,}" if constant else "",
        f"{(asked - constant) / way.plain:.2f}" if constant else "",
        f"{way.total('cached'):,}",
        f"{way.total('completion'):,}",
        f"{way.total('completion') / way.verified:.0f}",
        f"{way.verified:.0f}",
        f"{way.dollars:.4f}",
        f"{way.dollars / seed.dollars:.2f}",
        f"{each / seeds:.2f}",
        f"{way.rounds:.1f}",
        f"{way.wall_s:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _kinds(way: Way) -> Iterator[str]:
    for kind in dict.fromkeys(call.kind for call in way.calls):
        calls = [call for call in way.calls if call.kind == kind]
        asked, out = sum(c.prompt for c in calls), sum(c.completion for c in calls)
        yield (
            f"| {way.hours:g} h | {kind.removesuffix('_draft')} | {len(calls)} | {asked:,} | {asked / way.plain:.2f} |"
            f" {sum(c.constant for c in calls) / way.plain:.2f} | {out:,} | {out / way.verified:.1f} |"
        )


def report(path: Path | None, slots: int) -> str:
    """The results as Markdown."""
    talk, named = real_talk(path)
    lengths = [h for h in (1.0, 3.0, 5.0) if h * HOUR_MS <= talk.end_ms + HOUR_MS / 2]
    found = {h: ways(first_hours(talk, h), h, slots) for h in lengths or [talk.end_ms / HOUR_MS]}
    rows = [_row(way, row[1]) for row in found.values() for way in row]
    kinds = [line for row in found.values() for line in _kinds(row[0])]
    plain = ", ".join(f"{row[0].plain:,} for {h:g} h" for h, row in found.items())
    about = (
        f"`python -m benchmarks.tokens`. The talk: {named}; plain tokens: {plain}; {tokenizer()[1]}."
        f" Every call takes {DELAY_S:g} s, {slots} at once. Prices of {PRICED_AS}: ${PRICE.input} a million in,"
        f" ${PRICE.cached} cached, ${PRICE.output} out."
    )
    parts = ["# Tokens", about, _table(_COLUMNS, rows), _MEANING, "## By question", _table(_KIND_COLUMNS, kinds)]
    return "\n\n".join(parts) + "\n"


def _table(columns: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows])


_KIND_COLUMNS = ("talk", "question", "calls", "in", "× plain", "of it constant × plain", "out", "out a claim")
_MEANING = f"""- **citenote** is the real line over a socket; its model is scripted and honest: {CLAIMS_A_MINUTE}
  claims a minute, quotes of about ten words, a quarter of the claims with two, notes of about twenty.
  *Constant* are the
  rules and the schema of the answer, the same for every video; *verified* are claims that need no mark on a page.
- **seed** sends the whole transcript, a time before every cue, once to list topics and once for each of {ARTICLES}; the
  topic stands before the transcript. **seed, cached** has the topic after it, so that a provider's cache helps. **one
  call** asks for the same articles at once. Their answers are as long as 98 published articles of that system are on
  average ({ARTICLE_TOKENS:,} tokens, {ARTICLE_CITATIONS} citations, of which {CITATIONS_THAT_STAND:.0%} stand up to
  `citenote check`), however long the talk is.
- *cached*: a question that begins as an earlier one, for 1,024 tokens or more, is read from the cache in steps of 128.
- *calls in a row*: the time in which any call was under way, in calls. *wall*: with splitting, verifying and planning,
  on a machine that has other things to do."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tokens", description=__doc__)
    parser.add_argument("--transcript", type=Path, help="a transcript file to use instead")
    parser.add_argument("--slots", type=int, default=ModelSettings().concurrency, help="calls at once")
    options = parser.parse_args()
    text = report(options.transcript, options.slots)
    (HERE / "TOKENS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
