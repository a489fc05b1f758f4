"""`citenote transcript` as a person runs it."""

import ast
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.files import read_transcript_file
from pipeline.sources.transcript_report import Refusal, TranscriptReport
from pipeline.sources.wanted import Wanted
from pipeline.sources.writing.shapes import WRITERS
from pipeline.store.store import Store
from pipeline.workspace import settings_for
from tests.caption_writing import Said, rolling, srt, webvtt
from tests.commands import EXAMPLES

SAID = [Said(i * 3_000, i * 3_000 + 2_900, f"this is what we said and it is number {i}") for i in range(6)]
ROOT = Path(__file__).parent.parent
SHARED = Path(__file__).parents[2] / "shared" / "corpus"
CORPUS = sorted(p for p in SHARED.glob("*") if p.name != "INDEX.tsv") if SHARED.is_dir() else []


def transcript(*words: str | Path) -> Result:
    done = CliRunner().invoke(main, ["transcript", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def reports(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.en.vtt"
    path.write_text(rolling(SAID), encoding="utf-8")
    return path


def test_the_report_says_what_it_is_and_what_was_mended(talk: Path) -> None:
    done = transcript(talk)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        str(talk),
        "  shape     WebVTT, rolling",
        "  video     talk · talk",
        "  language  en, trust: automatic",
        "  talk      6 segments, 60 words, 0:00:17",
        "  mended    rolling repeat removed 6",
    ]


def test_the_report_for_programs(talk: Path) -> None:
    (report,) = reports(transcript(talk, "--json", "--title", "A title", "--video-id", "dQw4w9WgXcQ"))
    assert report["shape"] == "WebVTT, rolling"
    assert (report["language"], report["trust"], report["segments"], report["words"]) == ("en", "automatic", 6, 60)
    assert (report["video_id"], report["title"]) == ("dQw4w9WgXcQ", "A title")
    assert (report["starts_ms"], report["duration_ms"]) == (0, 17_890)
    assert report["repairs"] == [{"kind": "rolling repeat removed", "count": 6}]


def test_one_that_is_refused_stops_no_other(talk: Path, tmp_path: Path) -> None:
    empty, prose = tmp_path / "empty.vtt", tmp_path / "prose.txt"
    empty.write_text("")
    prose.write_text("Just words.")
    done = transcript(empty, talk, prose, "--json")
    assert done.exit_code == 1
    assert [(r["state"], r.get("kind")) for r in reports(done)] == [
        ("refused", "empty_file"),
        ("read", None),
        ("refused", "no_times"),
    ]
    assert all(r["message"] and r["remedy"] for r in reports(done) if r["state"] == "refused")
    assert "  refused   no_times: " in transcript(prose).stdout


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.vtt").write_text(webvtt(SAID), encoding="utf-8")
    (tmp_path / "a.srt").write_text(srt(SAID), encoding="utf-8")
    (tmp_path / "a.info.json").write_text(json.dumps({"id": "dQw4w9WgXcQ", "title": "Known"}))
    assert [(r["shape"], r["title"]) for r in reports(transcript(tmp_path, "--json"))] == [
        ("SRT", "Known"),
        ("WebVTT", "b"),
    ]


@pytest.mark.parametrize("shape", WRITERS)
def test_every_shape_is_written_and_read_again(shape: str, tmp_path: Path) -> None:
    source = EXAMPLES / "chronometer-interview.en.srt"
    target = tmp_path / "talk.out"
    done = transcript(source, "--write", target, "--as", shape, "--json")
    assert done.exit_code == 0
    assert reports(done)[0]["written"] == str(target)
    (again,), (first,) = reports(transcript(target, "--json")), reports(transcript(source, "--json"))
    assert [again[key] for key in ("segments", "words", "speakers")] == [
        first[key] for key in ("segments", "words", "speakers")
    ]


def test_the_ending_says_the_shape(talk: Path, tmp_path: Path) -> None:
    assert transcript(talk, "--write", tmp_path / "talk.srt").exit_code == 0
    assert (tmp_path / "talk.srt").read_text(encoding="utf-8").startswith("1\n00:00:00,000 --> ")


def test_standard_output_holds_the_transcript_alone(talk: Path) -> None:
    done = transcript(talk, "--write", "-", "--as", "json")
    assert [item["start"] for item in json.loads(done.stdout)] == [s.start_ms / 1000 for s in SAID]
    assert "WebVTT, rolling" in done.stderr


def test_several_go_into_a_folder(talk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.srt"
    other.write_text(srt(SAID), encoding="utf-8")
    assert transcript(talk, other, "--write", tmp_path / "out", "--as", "whisper-json").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["other.json", "talk.en.json"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nope.vtt"], "nope.vtt"),
        (["{talk}", "--write", "x.docx"], "--as"),
        (["{talk}", "--write", "x.vtt", "--as", "docx"], "'docx' is no shape"),
        (["{talk}", "--as", "vtt"], "Add --write"),
        (["{talk}", "--write", "{talk}"], "written over what is read"),
        (["{talk}", "{folder}", "--write", "out"], "--as"),
        (["{talk}", "{folder}", "--title", "x"], "one video"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    words: list[str], says: str, talk: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.srt").write_text(srt(SAID), encoding="utf-8")
    before = talk.read_bytes()
    done = transcript(*(word.format(talk=talk, folder=folder) for word in words))
    assert done.exit_code == 2
    assert says in done.stderr
    assert talk.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["more", "talk.en.vtt"]


def test_a_video_that_was_fetched_is_told_of_and_written(talk: Path, tmp_path: Path) -> None:
    kept = read_transcript_file(talk, video_id="dQw4w9WgXcQ", title="Fetched")
    config = tmp_path / "config.yaml"
    config.write_text("store: store.db\n", encoding="utf-8")
    settings = settings_for(config, tmp_path)
    with Store(settings.store) as store:
        ways = Ways(get=lambda *_: kept)
        fetching = Fetching(settings.youtube, store, fresh=False, sleep=lambda _: None, ways=ways)
        fetching(Wanted(youtube_id="dQw4w9WgXcQ"))
    address = "https://youtu.be/dQw4w9WgXcQ?t=4"
    done = transcript(address, "--config", config, "--json", "--write", tmp_path / "x.srv3")
    (report,) = reports(done)
    assert (report["shape"], report["title"], report["segments"]) == ("captions, fetched", "Fetched", 6)
    assert reports(transcript(tmp_path / "x.srv3", "--json"))[0]["words"] == report["words"]


PAGE = (ROOT / "docs" / "transcripts.md").read_text(encoding="utf-8")


def kinds_in(code: str) -> set[str]:
    """The kinds of repair that code counts: what it writes into `counts`, a dictionary or a `Repair`."""
    nodes = list(ast.walk(ast.parse(code)))
    found: list[ast.expr | None] = [n.slice for n in nodes if isinstance(n, ast.Subscript)]
    found += [key for n in nodes if isinstance(n, ast.Dict) for key in n.keys]
    found += [n.value for n in nodes if isinstance(n, ast.keyword) and n.arg == "kind"]
    values = [n.value for n in found if isinstance(n, ast.Constant)]
    return {value for value in values if isinstance(value, str) and " " in value and "[" not in value}


def test_the_report_on_the_page_is_real() -> None:
    with contextlib.chdir(ROOT):
        assert transcript("examples/gps-time.en.vtt").stdout in PAGE


def test_every_shape_and_every_repair_is_on_the_page() -> None:
    files = sorted((ROOT / "pipeline/sources").rglob("*.py"))
    kinds = {kind for path in files for kind in kinds_in(path.read_text(encoding="utf-8"))}
    assert len(kinds) > 20
    assert {kind for kind in kinds if f"| `{kind}` |" not in PAGE} == set()
    assert {shape for shape in WRITERS if f"`{shape}`" not in PAGE} == set()
    assert {key for key in (*TranscriptReport.model_fields, *Refusal.model_fields) if f"`{key}`" not in PAGE} == set()


REFUSED = {
    "autonompost__criticalinfinity-1__de__whisper.txt": "no_times",
    "crashcourse__jReX7qKU2yc__en__info.json": "malformed",
    "daveshap__knowledge-graph-scotus__en__chapters.txt": "malformed",
    "derived__dirty-empty__en__manual.vtt": "empty_file",
    "derived__dirty-only-music__en__auto.json": "no_speech",
}


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_every_file_of_the_corpus_is_told_of() -> None:
    told = {Path(r["source"]).name: r for r in reports(transcript(*CORPUS, "--json"))}
    assert sorted(told) == sorted(p.name for p in CORPUS)
    assert {name: r["kind"] for name, r in told.items() if r["state"] == "refused"} == REFUSED


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_files_derived_of_one_talk_say_the_same() -> None:
    paths = [SHARED / "ecosync__promptwars__en__auto.json3", *sorted(SHARED.glob("derived__ecosync-promptwars*"))]
    told = reports(transcript(*paths, "--json"))
    assert len(told) == 6
    assert len({(r["segments"], r["words"], r["starts_ms"], r["language"], r["trust"]) for r in told}) == 1
