import pytest

from pipeline.stages.link import LinkIndex, Name, link
from pipeline.values.note import Cite, Note, NoteSection, NoteSource, PageLink, QuoteCallout, Sentence, Text
from pipeline.values.transcript import Video

VIDEO = Video(id="vid", title="A talk", channel="c")


def a_note(
    *texts: str, slug: str = "own", title: str = "Own", video: Video = VIDEO, first_ms: int = 0, heading: str = ""
) -> Note:
    source = NoteSource(
        video=PageLink(slug="v", text="V"), channel=None, first_ms=first_ms, last_ms=first_ms, gaps=(), trust="manual"
    )
    sentences = tuple(Sentence(parts=(Text(text=t), Cite(time_ms=0))) for t in texts)
    quote = QuoteCallout(title="Hilbert spaces", text="Hilbert spaces are large", time_ms=0)
    return Note(
        slug=slug,
        title=title,
        aliases=(),
        video=video,
        language="en",
        lead=NoteSection(heading="", paragraphs=(sentences,), quote=quote),
        sections=(NoteSection(heading=heading, paragraphs=(sentences,)),) if heading else (),
        source=source,
    )


def shown(note: Note) -> list[str]:
    return [
        "".join(f"[{p.slug}|{p.text}]" if p.kind == "link" else p.text if p.kind == "text" else "" for p in s.parts)
        for section in note.all_sections
        for paragraph in section.paragraphs
        for s in paragraph
    ]


def index(*names: tuple[str, str]) -> LinkIndex:
    return LinkIndex(names=tuple(Name(text=t, slug=s) for t, s in names), titles={s: t for t, s in names})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Hilbert spaces today", "We met [h|Hilbert spaces] today"),
        ("hilbert spaces", "[h|hilbert spaces]"),  # only the first letter may differ
        ("We met Hilbert Spaces", "We met Hilbert Spaces"),
        ("We met sub-Hilbert spaces", "We met sub-Hilbert spaces"),
        ("We met Hilbert spaces-like things", "We met Hilbert spaces-like things"),
        ("We met Hilbert spacesuits", "We met Hilbert spacesuits"),
        ("We met Hilbert   spaces", "We met Hilbert   spaces"),
        ("The Hilbert space of states", "The [s|Hilbert space of states]"),  # the longest name
        ("We read Galois twice, Galois", "We read [g|Galois] twice, Galois"),  # once a note
        ("the young Évariste Galois died", "the young Évariste Galois died"),  # part of a longer name
        ("on Galois Theory", "on Galois Theory"),
        ("Galois died", "Galois died"),  # at the start a capital tells nothing
        ("Our own Own", "Our own Own"),  # never to itself
        ("all about power", "all about power"),  # one general word
        ("see hilbert.spaces/x", "see hilbert.spaces/x"),
        ("“we met Hilbert spaces today” on Hilbert spaces", "“we met Hilbert spaces today” on [h|Hilbert spaces]"),
        ('he said "Hilbert spaces" and left', 'he said "Hilbert spaces" and left'),
    ],
)
def test_names_become_links(text: str, expected: str) -> None:
    names = index(
        ("Hilbert spaces", "h"),
        ("Hilbert space", "one"),
        ("Hilbert space of states", "s"),
        ("Galois", "g"),
        ("Own", "own"),
        ("power", "p"),
    )
    assert shown(link([a_note(text)], names)[0]) == [expected]


def test_a_target_is_linked_once_a_note_and_never_in_quotes_or_headings() -> None:
    (made,) = link(
        [a_note("On Hilbert spaces", "On Hilbert spaces", heading="Hilbert spaces")], index(("Hilbert spaces", "h"))
    )
    assert shown(made) == ["On [h|Hilbert spaces]", "On Hilbert spaces", "On Hilbert spaces", "On Hilbert spaces"]
    assert made.lead.quote == a_note().lead.quote
    assert made.sections[0].heading == "Hilbert spaces"


def test_two_names_for_one_target_make_one_link() -> None:
    (made,) = link(
        [a_note("On Hilbert spaces and the Hilbert cube")], index(("Hilbert spaces", "h"), ("Hilbert cube", "h"))
    )
    assert shown(made) == ["On [h|Hilbert spaces] and the Hilbert cube"]


@pytest.mark.parametrize("name", ["a]] b", "a [[b", "a | b", "two\nlines", "tick ` mark", "a <b> c", "x * y"])
def test_a_name_that_could_break_a_link_is_none(name: str) -> None:
    (made,) = link([a_note(f"about {name} here")], index((name, "h")))
    assert shown(made) == [f"about {name} here"]


def test_the_note_of_the_same_video_comes_first() -> None:
    names = (Name(text="linear maps", slug="a_other", video="w"), Name(text="linear maps", slug="z_mine", video="vid"))
    (made,) = link([a_note("On linear maps")], LinkIndex(names=names, titles={}))
    assert shown(made) == ["On [z_mine|linear maps]"]


def test_unspaced_scripts_need_three_characters() -> None:
    (made,) = link([a_note("量子力学と量子")], index(("量子力学", "q"), ("量子", "r")))
    assert shown(made) == ["[q|量子力学]と量子"]


def test_see_also_holds_what_was_linked_then_the_nearest_notes() -> None:
    notes = [a_note("On Hilbert spaces", first_ms=0)]
    notes += [a_note(slug=f"n{i}", title=f"N{i}", first_ms=abs(50 - i)) for i in range(8)]
    notes += [a_note(slug="alien", title="Alien", video=VIDEO.model_copy(update={"id": "other"}))]
    made = link(notes, index(("Hilbert spaces", "h")))[0]
    assert [p.slug for p in made.see_also] == ["h", "n7", "n6", "n5", "n4"]
    assert made.see_also[0].text == "Hilbert spaces"
