"""Honest and altered claims of a small talk in each language: all of the first must pass, none of the others may."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.language.numbers import Number
from pipeline.language.reading import read
from pipeline.sources.files import read_transcript_file
from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.outline import GOOD
from tests.building import transcript

CASES = Path(__file__).with_name("language_cases")
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
LANGUAGES = sorted(path.stem for path in CASES.glob("*.toml"))
STEP_MS = 8_000


@cache
def _talk(language: str) -> tuple[dict[str, Any], TranscriptIndex]:
    cases = tomllib.loads((CASES / f"{language}.toml").read_text(encoding="utf-8"))
    return cases, TranscriptIndex(transcript(*cases["said"], step_ms=STEP_MS, language=language))


def _of_kind(kind: str) -> list[Any]:
    return [
        pytest.param(language, segment, claim, id=f"{language}-{number}")
        for language in LANGUAGES
        for number, (segment, claim) in enumerate(_talk(language)[0][kind])
    ]


@pytest.mark.parametrize(("language", "segment", "claim"), _of_kind("honest"))
def test_honest_claims_pass(language: str, segment: int, claim: str) -> None:
    check = check_citation(_talk(language)[1], claim, segment * STEP_MS)
    assert check.verdict in GOOD, (check.tier, check.reason)
    assert check.verdict != "reanchored"


@pytest.mark.parametrize(("language", "segment", "claim"), _of_kind("altered"))
def test_altered_claims_do_not(language: str, segment: int, claim: str) -> None:
    check = check_citation(_talk(language)[1], claim, segment * STEP_MS)
    assert check.verdict not in GOOD, (check.tier, check.reason)


def test_every_table_holds_enough_of_each_kind() -> None:
    assert {"de", "fr", "es", "pt", "ru", "ja", "zh", "ar", "hi"} <= set(LANGUAGES)
    for language in LANGUAGES:
        cases = _talk(language)[0]
        assert len(cases["honest"]) >= 12, language
        assert len(cases["altered"]) >= 24, language


FILES = [
    "3b1b__aircAruvnKk__ar__manual.srt",
    "3b1b__aircAruvnKk__de__manual.srt",
    "3b1b__aircAruvnKk__hi__machine-translated.srt",
    "3b1b__aircAruvnKk__ja__manual.srt",
    "3b1b__aircAruvnKk__ru__manual.srt",
    "3b1b__aircAruvnKk__zh-Hans__manual.srt",
    "autonompost__criticalinfinity-1__de__whisper.srt",
    "excerpt__babylon60__es__auto.vtt",
    "excerpt__tzudong__ko__auto.vtt",
]
WORDS = 6  # shorter lines may be said again elsewhere


@cache
def _spoken(name: str) -> TranscriptIndex:
    if not (CORPUS / name).is_file():
        pytest.skip("the corpus is not here")
    found = read_transcript_file(CORPUS / name)
    return TranscriptIndex(found.model_copy(update={"language": name.split("__")[2]}))


def _lines(index: TranscriptIndex) -> list[tuple[str, int]]:
    segments = index.transcript.segments
    return [(s.text, s.start_ms) for s in segments if len(read([s.text], index.language).forms) >= WORDS][:40]


def _altered(text: str, number: Number, start: int, end: int) -> str:
    return f"{text[:start]}{number.value + 3:.12g}{text[end:]}"


@pytest.mark.parametrize("name", FILES)
def test_lines_of_real_transcripts_at_their_own_times_and_at_others(name: str) -> None:
    index = _spoken(name)
    lines = _lines(index)
    assert lines
    for text, start_ms in lines:
        assert check_citation(index, text, start_ms).verdict == "quoted", text
        away_ms = (start_ms + index.transcript.end_ms // 2) % index.transcript.end_ms
        if abs(away_ms - start_ms) > 60_000:
            assert check_citation(index, text, away_ms).verdict == "reanchored", text


@pytest.mark.parametrize("name", FILES)
def test_lines_of_real_transcripts_with_a_changed_number_or_without_their_negation(name: str) -> None:
    index = _spoken(name)
    for text, start_ms in _lines(index):
        reading = read([text], index.language)
        changed = [
            _altered(text, n, reading.starts[p], reading.ends[p]) for p, n in reading.numbers.items() if n.value > 2
        ]
        cut = [text[: reading.starts[p]] + text[reading.ends[p + size - 1] :] for p, size in reading.negations.items()]
        for words in (*changed, *cut):
            assert check_citation(index, f"“{words}”", start_ms).verdict not in GOOD, words
