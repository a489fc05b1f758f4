"""What is wrong with a citation, in the words of people, and why a person agrees."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking import CheckReport, CitationReport, Judging, as_json, as_text, check, fails
from pipeline.checking.heard import Heard
from pipeline.checking.judging import PageJudge
from pipeline.checking.kinds import MEANINGS
from pipeline.values.outline import GOOD
from pipeline.values.transcript import Segment, Transcript, Video
from pipeline.vault.reading import read_page

ID = "abcdefghijk"
HEAD = f"---\ntitle: The garden\nvideoId: {ID}\n---\n\n"
SPOKEN = (
    "We planted forty oak trees behind the old library in spring.",
    "The gardener never watered them during the first summer.",
    "A storm from the north broke three branches in October.",
    "Children from the school painted the wooden fence green.",
    "The mayor opened the garden with a speech about bees.",
    "Visitors may bring their dogs on Sunday mornings only.",
    "Every winter the pond behind the gate freezes over completely.",
    "A retired engineer repairs the greenhouse heating for nothing.",
)
STEP_MS = 60_000


def transcript(*lines: str, language: str = "en") -> Transcript:
    segments = tuple(
        Segment(number=n, start_ms=n * STEP_MS, end_ms=n * STEP_MS + 10_000, text=text)
        for n, text in enumerate(lines or SPOKEN)
    )
    return Transcript(
        video=Video(id=ID, title="A day out", channel="Green"), language=language, trust="manual", segments=segments
    )


def cite(time: str) -> str:
    return f'<a class="yt-timestamp" data-t="{time}">[{time}]</a>'


def reports(body: str, *, head: str = HEAD, spoken: Transcript | None = None) -> list[CitationReport]:
    page = read_page(Path("n.md"), (head + body).encode())
    return list(PageJudge(spoken or transcript(), Judging()).reports(page))


def one(body: str, *, head: str = HEAD, spoken: Transcript | None = None) -> CitationReport:
    (report,) = reports(body, head=head, spoken=spoken)
    return report


def test_a_good_citation_has_no_kind() -> None:
    report = one(f"A storm broke three branches in October {cite('00:02:00')}.")
    assert (report.verdict in GOOD, report.kind) == (True, "")


def test_beyond_the_end_tells_where_it_is_said() -> None:
    report = one(f"The mayor opened the garden with a speech about bees {cite('01:17:31')}.")
    assert (report.kind, report.verdict, report.tier) == ("beyond_the_end", "reanchored", "existence")
    assert report.reason == "01:17:31 is after the end, 00:07:10"
    assert report.best_time_ms == 4 * STEP_MS
    assert report.evidence == SPOKEN[4]


def test_minutes_written_as_hours_are_known_by_what_is_said_there() -> None:
    report = one(f"The mayor opened the garden with a speech about bees {cite('04:00:00')}.")
    assert (report.kind, report.verdict, report.best_time_ms) == ("minutes_as_hours", "reanchored", 240_000)
    assert report.reason == "04:00:00 is after the end, 00:07:10; read as MM:SS it is 00:04:00, and there it is said"


def test_a_third_field_that_is_no_second_does_not_hide_the_minutes() -> None:
    report = one(f"The mayor opened the garden with a speech about bees {cite('04:00:51')}.")
    assert (report.kind, report.best_time_ms) == ("minutes_as_hours", 240_000)


def test_a_note_that_writes_minutes_as_hours_is_known_by_its_habit() -> None:
    times = ("02:04:00", "03:07:00", "04:06:00", "05:02:00", "06:01:00")
    found = reports(" ".join(f"Nobody will ever find sentence {n} there {cite(t)}." for n, t in enumerate(times)))
    assert {report.kind for report in found} == {"minutes_as_hours"}
    assert {report.verdict for report in found} == {"unsupported"}


def test_shifted_names_the_words_that_are_said_elsewhere() -> None:
    report = one(f"Children from the school painted the wooden fence {cite('00:06:00')}.")
    assert (report.kind, report.verdict) == ("shifted", "reanchored")
    assert report.best_time_ms == 3 * STEP_MS
    assert report.reason == "“Children”, “school”, “painted” are said at 00:03:00, not at 00:06:00"
    assert report.best_evidence == SPOKEN[3]


@pytest.mark.parametrize(
    ("quote", "change"),
    [
        ("We planted fifty oak trees behind the old library", "“fifty” stands for “forty”"),
        ("We planted forty oak trees behind the new library", "“new” stands for “old”"),
        ("We never planted forty oak trees behind the old library", "“never” is added"),
        ("We planted forty trees behind the old library", "“oak” is left out"),
    ],
)
def test_an_altered_quote_names_what_was_changed(quote: str, change: str) -> None:
    for marked in (f'He says "{quote}" {cite("00:00:00")}.', f"> [!quote] T\n> {quote} {cite('00:00:00')}"):
        report = one(marked)
        assert (report.kind, report.verdict) == ("altered_quote", "unsupported")
        assert report.reason == f"the quotation is not what is said: {change}"
        assert report.evidence.startswith("We planted forty oak trees behind the old library")


def test_an_altered_quote_of_another_time_is_shown_where_it_was_said() -> None:
    report = one(f'He says "the mayor opened the garden with a song about bees" {cite("00:00:00")}.')
    assert (report.kind, report.best_time_ms) == ("altered_quote", 4 * STEP_MS)


def test_a_fabricated_quote_is_like_nothing_that_is_said() -> None:
    report = one(f'He says "astronauts must always carry their own umbrellas to lunch" {cite("00:00:00")}.')
    assert (report.kind, report.verdict) == ("fabricated_quote", "unsupported")
    assert report.reason.startswith("nobody says “astronauts must always")


def test_unsupported_names_the_words_that_are_said_nowhere() -> None:
    report = one(f"In 1987 the astronaut Valentina repaired a telescope with spanners {cite('00:01:00')}.")
    assert (report.kind, report.reason) == (
        "unsupported",
        "“1987”, “Valentina”, “astronaut” are said nowhere in the video",
    )


def test_a_name_and_a_number_that_nobody_says_are_plainer_than_a_paraphrase() -> None:
    world, vague = reports(
        f"In 1987 the astronaut Valentina repaired a telescope with spanners {cite('00:01:00')}. "
        f"This highlights the significance of meticulous preparation overall {cite('00:01:00')}."
    )
    assert (world.kind, vague.kind) == ("unsupported", "unsupported")
    assert world.telling > vague.telling


def test_what_is_malformed_says_how() -> None:
    two, broken = reports(f'It is so {cite("12:34")}. And so <a class="yt-timestamp" data-t="00:00:01">[00:00:01].')
    assert [two.kind, broken.kind] == ["malformed", "malformed"]
    assert two.reason == "12:34 is no time of the form HH:MM:SS"
    assert broken.reason == "the markup of the citation is broken"


def test_the_words_of_a_short_form_are_no_change() -> None:
    altered = Heard(transcript("What's the chance that it doesn't rain?")).likest(
        "What is the chance that it does not", 0
    )
    assert altered is not None
    assert (altered.changes, altered.likeness) == ((), 1.0)


def test_a_name_that_captions_spell_otherwise_is_said() -> None:
    heard = Heard(transcript("A book by James Glick tells how chaos began."))
    words = heard.telling("It was written by James Gleick and Joseph Fourier")
    assert [word.text for word in heard.nowhere(words) if word.exact] == ["Joseph", "Fourier"]


def test_words_said_twice_are_compared_once() -> None:
    heard = Heard(transcript("The reason is that the Earth turns.", "The Earth turns 15 degrees every hour."))
    altered = heard.likest("The Earth turns 25 degrees every hour", 0)
    assert altered is not None
    assert (altered.changes, altered.said) == ((("25", "15"),), "The Earth turns 15 degrees every hour")


def test_a_title_case_label_names_nobody() -> None:
    heard = Heard(transcript())
    exact = [
        word.text for word in heard.telling("Early Watering: The friend of Margaret saw Bright Lights") if word.exact
    ]
    assert exact == ["Margaret", "Bright", "Lights"]
    assert not any(word.exact for word in heard.telling("What The Gardener Did"))


GERMAN = (
    f"Der Bürgermeister hat den Garten mit einer Rede über die Bienen eröffnet {cite('00:04:00')}. "
    f"Die Kinder der Schule haben den Zaun aus Holz grün gestrichen, und alle waren sehr zufrieden {cite('00:03:00')}. "
    f"Er sagte nicht, dass die Eichen im ersten Sommer gegossen wurden, sondern dass es niemand getan hat "
    f"{cite('00:01:00')}."
)


@pytest.mark.parametrize(
    "head", [HEAD, HEAD.replace("title", "language: de\ntitle"), HEAD.replace("title", "lang: de\ntitle")]
)
def test_support_in_another_language_needs_a_judge(head: str) -> None:
    found = reports(GERMAN, head=head)
    assert {(r.verdict, r.kind, r.tier) for r in found} == {("unjudged", "", "language")}
    assert "another language" in found[0].reason


def test_quotes_are_checked_in_the_source_language() -> None:
    head = HEAD.replace("title", "language: de\ntitle")
    true, false, translated = reports(
        f'Er sagt "we planted forty oak trees" {cite("00:00:00")}. '
        f'Er sagt "we planted fifty oak trees" {cite("00:00:00")}. '
        f'Er sagt "wir haben vierzig Eichen gepflanzt" {cite("00:00:00")}.',
        head=head,
    )
    assert (true.verdict, true.reason.startswith("its words in quotation marks are said there")) == ("unjudged", True)
    assert (false.verdict, false.kind) == ("unsupported", "altered_quote")
    assert (translated.verdict, translated.kind) == ("unjudged", "")


def test_a_time_beyond_the_end_is_so_in_every_language() -> None:
    found = reports(GERMAN.replace("00:04:00", "01:17:31"))
    assert [r.kind for r in found] == ["beyond_the_end", "", ""]


@pytest.mark.parametrize("named", ["en", "en-GB", "English", "und", ""])
def test_in_doubt_a_note_is_in_the_language_of_its_transcript(named: str) -> None:
    head = HEAD.replace("title", f"language: {named}\ntitle") if named else HEAD
    assert one(f"The dogs of Jupiter own the mayor {cite('00:04:00')}.", head=head).verdict != "unjudged"


def test_a_wrong_language_tag_does_not_hide_what_can_be_judged() -> None:
    sentences = " ".join(f"{words[:-1]} {cite(f'00:0{n}:00')}." for n, words in enumerate(SPOKEN))
    assert {r.verdict for r in reports(sentences, head=HEAD.replace("title", "lang: de\ntitle"))} <= GOOD


def vault(tmp_path: Path, *bodies: str) -> CheckReport:
    (tmp_path / "transcripts").mkdir()
    cues = [f"{n + 1}\n00:0{n}:00,000 --> 00:0{n}:10,000\n{text}\n" for n, text in enumerate(SPOKEN)]
    (tmp_path / "transcripts" / f"{ID}.srt").write_text("\n".join(cues))
    (tmp_path / "vault").mkdir()
    for n, body in enumerate(bodies):
        (tmp_path / "vault" / f"page{n}.md").write_text(HEAD + body)
    return check([tmp_path / "vault"], transcripts=tmp_path / "transcripts")


BAD = f"Children from the school painted the wooden fence {cite('00:06:00')}."
FINE = f"A storm broke three branches in October {cite('00:02:00')}."


def test_a_share_of_failing_citations_may_be_allowed(tmp_path: Path) -> None:
    report = vault(tmp_path, f"{BAD} The mayor opened the garden with a speech {cite('09:59:59')}.", f"{FINE} {FINE}")
    assert (report.summary.failing, report.summary.judged, report.summary.failing_share) == (2, 4, 0.5)
    assert [f.code for f in report.findings if f.severity == "error"] == ["citation-beyond-end"]
    assert fails(report)
    assert fails(report, max_unsupported=0.49)
    assert not fails(report, max_unsupported=0.5)


def test_other_errors_fail_whatever_share_is_allowed(tmp_path: Path) -> None:
    assert fails(vault(tmp_path, f"{FINE} See [[nowhere]]."), max_unsupported=1.0)


def test_the_summary_counts_the_kinds_worst_first(tmp_path: Path) -> None:
    report = vault(tmp_path, BAD, f"{FINE} {cite('12:34')} It is so {cite('12:34')}.", BAD)
    assert list(report.summary.kinds.items()) == [("shifted", 2), ("malformed", 2)]
    assert '"kinds":{"shifted":2,"malformed":2}' in as_json(report)
    text = as_text(report)
    assert (
        text.index("error: shifted (2)")
        < text.index("error: malformed (2)")
        < text.index("error: malformed-two-fields")
    )
    assert "better: 00:03:00  Children from the school" in text


_PIECES = st.sampled_from(
    [
        *(f"{words[:-1]} " for words in SPOKEN),
        "Nobody ever said this thing at all ",
        '"We planted fifty oak trees behind the old library" ',
        *(cite(t) for t in ("00:00:00", "00:03:00", "04:00:00", "09:59:59", "12:34", "HH:MM:SS")),
        "[00:02:00]",
        '<a class="yt-timestamp" data-t="00:00:01">',
        ". ",
        "\n\n",
        "\n> [!quote] T\n> ",
        "\n- ",
        "\n| a | ",
        " *(doubtful)*",
    ]
)


@given(st.lists(_PIECES, min_size=1, max_size=12))
def test_every_citation_of_a_page_stands_in_the_report_once(pieces: list[str]) -> None:
    page = read_page(Path("n.md"), (HEAD + "".join(pieces)).encode())
    found = list(PageJudge(transcript(), Judging()).reports(page))
    assert [(r.line, r.time_ms, r.claim) for r in found] == [
        (c.line, c.mark.stamp.time_ms, c.claim) for c in page.citations
    ]
    assert all(bool(r.kind) == (r.verdict not in {*GOOD - {"reanchored"}, "unjudged"}) for r in found)
    assert all(not r.kind or r.kind in MEANINGS for r in found)
    assert all(0 <= r.score <= 1 and r.telling >= 0 for r in found)
