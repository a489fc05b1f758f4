import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.language.guessing import guess_language
from pipeline.sources import causes
from pipeline.sources.files import read_text, read_transcript_file, transcript_files
from pipeline.sources.naming import facts_of_name, slug
from pipeline.sources.ordering import put_in_order
from tests.caption_writing import Said, api_json, rolling, srt, webvtt
from tests.test_sources_ordering import assert_in_order

ID = "dQw4w9WgXcQ"
SAID = [Said(i * 3_000, i * 3_000 + 2_900, f"this is what we said and it is number {i}") for i in range(6)]


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_plain_file_is_named_by_its_name(tmp_path: Path) -> None:
    transcript = read_transcript_file(write(tmp_path, "On Being_Early.srt", srt(SAID)))
    assert transcript.video.id == "On-Being_Early"
    assert transcript.video.title == "On Being Early"
    assert transcript.video.url is None
    assert (transcript.language, transcript.trust) == ("en", "unknown")


def test_options_win_over_all_else(tmp_path: Path) -> None:
    write(tmp_path, "talk.info.json", json.dumps({"id": "AAAAAAAAAAA", "title": "Not this", "channel": "Nor this"}))
    path = write(tmp_path, "talk.en.vtt", webvtt(SAID))
    video = read_transcript_file(path, video_id=ID, title="A\ttitle \u202e", channel="Some & Sons").video
    assert (video.id, video.title, video.channel) == (ID, "A title", "Some & Sons")
    assert video.url == f"https://www.youtube.com/watch?v={ID}"


def test_an_address_is_a_video_id_too(tmp_path: Path) -> None:
    path = write(tmp_path, "talk.vtt", webvtt(SAID))
    assert read_transcript_file(path, video_id=f"https://youtu.be/{ID}?t=3").video.id == ID


def test_the_sidecar_of_yt_dlp_is_read(tmp_path: Path) -> None:
    info = {
        "id": ID,
        "title": "The &amp; title",
        "channel": "Channel",
        "upload_date": "20140324",
        "duration": 574.2,
        "webpage_url": f"https://www.youtube.com/watch?v={ID}",
        "language": "de",
        "chapters": [{"start_time": 60.5, "title": "Two"}, {"start_time": 0, "title": "One"}, {"title": "no time"}],
    }
    write(tmp_path, "A talk.info.json", json.dumps(info))
    transcript = read_transcript_file(write(tmp_path, "A talk.en-US.vtt", webvtt(SAID)))
    video = transcript.video
    assert (video.id, video.title, video.channel) == (ID, "The & title", "Channel")
    assert (video.published, video.duration_ms) == (date(2014, 3, 24), 574_200)
    assert [(c.start_ms, c.title) for c in video.chapters] == [(0, "One"), (60_500, "Two")]
    assert video.url == f"https://www.youtube.com/watch?v={ID}"
    assert transcript.language == "en-US"


@pytest.mark.parametrize(
    ("name", "trust"),
    [
        ("talk.de.vtt", "manual"),
        ("talk.en.vtt", "automatic"),
        ("talk.en-orig.vtt", "automatic"),
        ("talk.fr.vtt", "translated"),
        ("talk.pt.vtt", "unknown"),
        ("talk.vtt", "unknown"),
    ],
)
def test_the_sidecar_of_yt_dlp_says_how_captions_were_made(tmp_path: Path, name: str, trust: str) -> None:
    made: dict[str, object] = {
        "subtitles": {"de": [{}]},
        "automatic_captions": {"en": [{}], "en-orig": [{}], "fr": [{}], "de": [{}]},
    }
    write(tmp_path, "talk.info.json", json.dumps({"id": ID, "title": "T", **made}))
    assert read_transcript_file(write(tmp_path, name, webvtt(SAID))).trust == trust


def test_a_page_that_is_not_on_youtube_is_kept(tmp_path: Path) -> None:
    info = {"id": "76979871", "title": "T", "webpage_url": "https://vimeo.com/76979871"}
    write(tmp_path, "talk.info.json", json.dumps(info))
    video = read_transcript_file(write(tmp_path, "talk.vtt", webvtt(SAID))).video
    assert (video.id, video.url) == ("76979871", "https://vimeo.com/76979871")


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "https://x.example/<script>", "file:///etc/passwd", "http://["]
)
def test_a_dangerous_address_is_not_kept(tmp_path: Path, page: str) -> None:
    write(tmp_path, "talk.info.json", json.dumps({"id": "../../etc/x", "webpage_url": page}))
    video = read_transcript_file(write(tmp_path, "talk.vtt", webvtt(SAID))).video
    assert video.url is None
    assert video.id == "etc-x"


@pytest.mark.parametrize("broken", ["{", "[]", '"x"', "[" * 100_000, '{"id": 3, "title": null, "chapters": {"a": 1}}'])
def test_a_broken_sidecar_does_not_cost_the_words(tmp_path: Path, broken: str) -> None:
    write(tmp_path, "talk.info.json", broken)
    transcript = read_transcript_file(write(tmp_path, "talk.vtt", webvtt(SAID)))
    assert len(transcript.segments) == len(SAID)
    assert transcript.video.id == "talk"


@pytest.mark.parametrize(
    ("name", "identity", "title", "language", "trust"),
    [
        (f"Some title [{ID}].en.vtt", ID, "Some title", "en", None),
        (f"Some title [{ID}].en-orig.vtt", ID, "Some title", "en", "automatic"),
        (f"Some_title-{ID}.zh-hans.srt", ID, "Some title", "zh-Hans", None),
        (f"{ID}.srt", ID, None, None, None),
        ("M64HUIJFTZM.srt", "M64HUIJFTZM", None, None, None),
        ("LECTURE-024.srt", None, "LECTURE-024", None, None),
        ("-RdOwhmqP5s.srt", "-RdOwhmqP5s", None, None, None),
        (f"3b1b__{ID}__pt-br__auto.srv1.xml", ID, "3b1b", "pt-BR", "automatic"),
        ("Dr. Who and the programming.srt", None, "Dr. Who and the programming", None, None),
        ("programming.vtt", None, "programming", None, None),
        ("lecture-001.vtt", None, "lecture-001", None, None),
        ("MyLecture01.auto.json", None, "MyLecture01", None, "automatic"),
        ("Interstellar.transcript.txt", None, "Interstellar", None, None),
    ],
)
def test_what_a_file_name_says(
    name: str, identity: str | None, title: str | None, language: str | None, trust: str | None
) -> None:
    facts = facts_of_name(name)
    assert (facts.id, facts.title, facts.language, facts.trust) == (identity, title, language, trust)


@settings(deadline=None)
@given(st.text())
def test_a_slug_is_safe_as_a_file_name(text: str) -> None:
    found = slug(text)
    assert 0 < len(found) <= 80
    assert not set(found) & set('/\\:*?"<>|. \0\n')


def test_facts_inside_the_file_count(tmp_path: Path) -> None:
    items = json.loads(api_json(SAID))
    text = json.dumps(
        {"video_id": ID, "title": "T", "author": "A", "language_code": "en", "is_generated": True, "snippets": items}
    )
    transcript = read_transcript_file(write(tmp_path, "x.json", text))
    assert (transcript.video.id, transcript.video.title, transcript.video.channel) == (ID, "T", "A")
    assert (transcript.language, transcript.trust) == ("en", "automatic")
    assert transcript.video.url == f"https://www.youtube.com/watch?v={ID}"


def test_rolling_captions_are_automatic(tmp_path: Path) -> None:
    assert read_transcript_file(write(tmp_path, "talk.vtt", rolling(SAID))).trust == "automatic"


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", causes.EmptyFile, "0 bytes"),
        (b"\xef\xbb\xbf \r\n", causes.EmptyFile, "empty"),
        (b"WEBVTT\n\nnothing here", causes.Malformed, "line"),
        (b'{"events": [{"tStartMs": 1, "segs"', causes.Malformed, "line 1"),
        (b"[" * 200_000, causes.Malformed, "deep"),
        (b'[{"a": 1}]', causes.Malformed, "without timed text"),
        (b'[{"text": "x", "start": ' + b"9" * 5_000 + b"}]", causes.Malformed, "JSON"),
        (b"<transcript></transcript>", causes.Malformed, "single cue"),
        (
            b'<!DOCTYPE t [<!ENTITY a "b">]><transcript><text start="0">&a;</text></transcript>',
            causes.Malformed,
            "entities",
        ),
        (b"<transcript><text", causes.Malformed, "line 1"),
        (b"Just some words that people wrote down.", causes.NoTimes, "times"),
        (b"<!doctype html><html></html>", causes.UnknownShape, "known"),
        (bytes(range(256)) * 20, causes.UnknownShape, "known"),
        (b'[{"text": "[Music]", "start": 0, "duration": 9}]', causes.NoSpeech, "speaks"),
        (b"00:03 - Intro\n02:15 - Parts\n05:31 - English\n08:08 - End", causes.Malformed, "chapters"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, content: bytes, error: type[SourceError], says: str
) -> None:
    path = write(tmp_path, "talk.json", content)
    with pytest.raises(SourceError, match=says) as caught:
        read_transcript_file(path)
    assert type(caught.value) is error
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(causes.UnreadableFile, match="No such file"):
        read_transcript_file(tmp_path / "none.vtt")
    with pytest.raises(causes.UnreadableFile):
        read_transcript_file(tmp_path)
    with pytest.raises(causes.UnreadableFile):
        transcript_files(tmp_path / "nowhere")


def test_the_transcripts_of_a_folder_are_found_by_their_content(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "b.vtt": webvtt(SAID),
        "a.srt": srt(SAID),
        "c.json": api_json(SAID),
        "b.info.json": json.dumps({"id": ID, "extractor": "youtube", "webpage_url": "x"}),
        "package.json": '{"name": "x", "version": "1"}',
        "README.md": "# Hello\n\nNothing timed here.",
        "chapters.txt": "00:03 - Intro\n02:15 - Parts\n05:31 - English\n08:08 - End",
        "empty.vtt": "",
        ".hidden.srt": srt(SAID),
        "picture.png": b"\x89PNG\r\n",
        "no-ending": srt(SAID),
    }
    for name, content in files.items():
        write(tmp_path, name, content)
    (tmp_path / "folder.srt").mkdir()
    assert [p.name for p in transcript_files(tmp_path)] == ["a.srt", "b.vtt", "c.json", "empty.vtt", "no-ending"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "WEBVTT\n",
                    "\n",
                    "\n\n",
                    "1\n",
                    "00:01.000 --> 00:02.000\n",
                    "00:00:03,000 --> 00:00:02,000\n",
                    " --> ",
                ),
                *(
                    '[{"text": "',
                    '", "start": ',
                    "NaN",
                    "1e999",
                    "}]",
                    "{",
                    "[",
                    '"events": [',
                    '"tStartMs": 5, "segs": [{"utf8"',
                ),
                *(
                    "<transcript>",
                    '<text start="1">',
                    "</text>",
                    "<tt>",
                    "<p begin='1s'>",
                    "&#0;",
                    "&amp;",
                    "<!DOCTYPE",
                    "---\n",
                ),
                *(
                    "[00:01] hi\n",
                    "Ada (00:02):\n",
                    "hello",
                    "- ",
                    ">> ",
                    "\x00",
                    "\ufeff",
                    "\ud83d",
                    "<c>",
                    "NOTE x\n",
                    ": ",
                    "0:00",
                ),
            ]
        ),
        max_size=14,
    )
)
def test_rubbish_is_read_or_refused_but_never_crashes(parts: list[str]) -> None:
    with suppress(SourceError):
        assert_in_order(put_in_order(read_text("".join(parts), "rubbish").cues).segments)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("and so what we are going to do is look at how it works", "en"),
        ("und das ist natürlich auch nicht so einfach wie man es sich denkt", "de"),
        ("y entonces lo que vamos a hacer es ver cómo funciona todo esto", "es"),
        ("и вот что мы сейчас будем делать, потому что это очень важно", "ru"),
        ("これはとても大事なことだと思います", "ja"),
        ("我们今天来看看这个神经网络是怎么工作的", "zh"),
        ("그래서 우리는 오늘 이것을 살펴볼 것입니다", "ko"),
        ("هذا هو الشيء الذي سنتحدث عنه اليوم في هذا الفيديو", "ar"),
        ("qwrt zxcv", "und"),
        ("Music you", "und"),
        ("42", "und"),
    ],
)
def test_the_language_of_a_text_is_guessed(text: str, language: str) -> None:
    assert guess_language(text) == language


SHARED = Path(__file__).parents[2] / "shared"
CORPUS = sorted((SHARED / "corpus").glob("*")) if (SHARED / "corpus").is_dir() else []


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_every_file_of_the_corpus_is_read_or_refused_for_what_it_is() -> None:
    refused = {}
    for path in CORPUS:
        try:
            transcript = read_transcript_file(path)
        except SourceError as error:
            refused[path.name] = type(error).__name__
            continue
        assert_in_order(transcript.segments)
        named = path.name.split("__")[2]
        assert transcript.language.split("-")[0] == named.split("-")[0], path.name
    assert refused == {
        "INDEX.tsv": "NoTimes",
        "autonompost__criticalinfinity-1__de__whisper.txt": "NoTimes",
        "crashcourse__jReX7qKU2yc__en__info.json": "Malformed",
        "daveshap__knowledge-graph-scotus__en__chapters.txt": "Malformed",
        "derived__dirty-empty__en__manual.vtt": "EmptyFile",
        "derived__dirty-only-music__en__auto.json": "NoSpeech",
    }


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_the_same_dirt_washes_off_to_the_same_talk() -> None:
    folder = SHARED / "corpus"
    clean = read_transcript_file(folder / "3b1b__aircAruvnKk__en__manual.srt")
    for name in ("bom-crlf", "utf16", "out-of-order"):
        dirty = read_transcript_file(folder / f"derived__dirty-{name}__en__manual.srt")
        assert dirty.segments == clean.segments, name


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_languages_are_guessed_as_the_corpus_names_them() -> None:
    for path in CORPUS:
        if "__manual.srt" in path.name or "__whisper.srt" in path.name:
            transcript = read_transcript_file(path)
            guessed = guess_language(" ".join(s.text for s in transcript.segments))
            assert guessed == path.name.split("__")[2].split("-")[0], path.name
