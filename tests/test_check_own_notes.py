from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.escaping import clean
from pipeline.stages.render import render_note
from pipeline.values.note import Cite, Link, Mark, Note, NoteSection, NoteSource, PageLink, QuoteCallout, Sentence, Text
from pipeline.values.transcript import Video
from pipeline.vault.lint import Timeline, VaultNames, lint_page
from pipeline.vault.reading import PageText, read_page

VIDEO = Video(id="abcdefghijk", title="A talk", channel="C", url="https://www.youtube.com/watch?v=abcdefghijk")
NAMES = VaultNames(frozenset({"a_talk", "c", "elsewhere"}))
TIMELINE = Timeline(end_ms=7_200_000, starts_s=frozenset({65, 70, 4_000}))


def note(*sentences: Sentence, quote: str = "", title: str = "A garden") -> PageText:
    callout = QuoteCallout(title="On it", text=quote, time_ms=4_000_000, speaker="Ada") if quote else None
    made = Note(
        slug="a_garden",
        title=title,
        aliases=("gardens",),
        video=VIDEO,
        language="en",
        lead=NoteSection(heading="", paragraphs=(sentences,), quote=callout),
        sections=(),
        source=NoteSource(
            video=PageLink(slug="a_talk", text="A talk"),
            channel=PageLink(slug="c", text="C"),
            first_ms=65_000,
            last_ms=4_000_000,
            gaps=(),
            trust="automatic",
        ),
        see_also=(PageLink(slug="elsewhere", text="Elsewhere"),),
    )
    return read_page(Path("a_garden.md"), render_note(made).text.encode())


def test_what_we_write_is_read_as_it_was_meant() -> None:
    link = Link(slug="elsewhere", text="oak | ash")
    page = note(
        Sentence(parts=(Text(text="Dr. Ada planted 3.5 acres of "), link, Cite(time_ms=65_400))),
        Sentence(parts=(Text(text="She may return"), Cite(time_ms=70_999), Mark())),
        Sentence(parts=(Text(text="It rained"), Cite(time_ms=65_000), Text(text=" and snowed"), Cite(time_ms=70_000))),
        quote="So *be* it. Truly.",
    )
    assert [(c.mark.stamp.time_ms, c.claim, c.doubtful) for c in page.citations] == [
        (65_000, "Dr. Ada planted 3.5 acres of oak ｜ ash", False),
        (70_000, "She may return", True),
        (65_000, "It rained", False),
        (70_000, "It rained and snowed", False),
        (4_000_000, '"So *be* it. Truly."', False),
    ]
    assert list(lint_page(page, timeline=TIMELINE, vault=NAMES)) == []


_HOSTILE = st.lists(
    st.sampled_from(
        [*"abc XY.,!?()\\`*_~$|[]<>&;#=%:^/\"'-+1é空", " [[x]] ", "<b>", "&lt;", "[00:00:01]", "```", "---", "\n"]
    ),
    min_size=1,
    max_size=40,
).map("".join)


@given(_HOSTILE, _HOSTILE)
def test_hostile_words_come_back_as_they_were_and_break_nothing(words: str, title: str) -> None:
    text = "x" + clean(words) + "x"  # without sentence ends inside, the whole is the claim
    text = text.replace(". ", " ").replace("! ", " ").replace("? ", " ")
    page = note(Sentence(parts=(Text(text=text), Cite(time_ms=65_000))), title="T" + title)
    (citation,) = page.citations
    assert citation.claim.endswith(" ".join(text.split())[-12:])
    assert page.front.text("title") == clean("T" + title)
    assert list(lint_page(page, timeline=TIMELINE, vault=NAMES)) == []
