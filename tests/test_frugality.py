"""What notes cost in tokens stays within the limits that the benchmark states, on the bundled talk."""

from benchmarks.counting import PrefixCache
from benchmarks.provider import Provider
from benchmarks.talks import first_hours, long_talk, stamped
from benchmarks.tokens import citenote, ways


def test_prompt_and_answer_tokens_of_a_long_talk() -> None:
    way = citenote(first_hours(long_talk(1, varied=True), 1), 1, slots=16, delay_s=0)
    asked, constant = way.total("prompt"), way.total("constant")
    # over five hours of quicker talk it is below 1.6 and 2.0: benchmarks/TOKENS.md
    assert (asked - constant) / way.plain < 1.65
    assert asked / way.plain < 2.25
    assert way.verified > 150
    assert way.total("completion") / way.verified < 60
    assert sum(call.kind == "plan_draft" for call in way.calls) == 1


def test_all_chunks_are_asked_side_by_side_and_one_call_a_chunk() -> None:
    talk = first_hours(long_talk(1, varied=True), 1)
    line, seed, cached, single = ways(talk, 1, slots=16, delay_s=0.2)
    assert sum(call.kind == "outline_draft" for call in line.calls) <= 6
    first, *others = sorted((c for c in line.calls if c.kind == "outline_draft"), key=lambda c: c.begun)
    assert all(call.begun < first.ended for call in others)
    assert (len(seed.calls), len(cached.calls), len(single.calls)) == (6, 6, 1)
    assert seed.total("cached") == 0 < cached.total("cached")
    assert line.dollars < 0.75 * seed.dollars
    assert line.dollars / line.verified < 0.5 * seed.dollars / seed.verified


def test_the_cache_of_a_provider() -> None:
    cache = PrefixCache()
    long, other = list(range(1_500)), [*range(1_100), *range(9_000, 9_400)]
    assert cache.read(long) == 0
    assert cache.read(long) == 1_408, "in steps of 128"
    assert cache.read(other) == 1_024
    assert cache.read(list(range(1_000))) == 0, "too short"


def test_talks_and_tokens() -> None:
    talk = first_hours(long_talk(1, varied=True), 0.25)
    assert talk.end_ms <= 900_000
    assert stamped(talk).startswith("[00:00:")
    assert Provider(0).count("one two three") >= 3
