from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vault.reading import PageText, plain, read_front_matter, read_page, read_stamp

HEAD = "---\ntitle: A title\nvideoId: abcdefghijk\n---\n\n"


def anchor(time: str) -> str:
    return (
        f'<a class="yt-timestamp" data-t="{time}" href="https://www.youtube.com/watch?v=abcdefghijk&t=9s">[{time}]</a>'
    )


def read(body: str, head: str = HEAD) -> PageText:
    return read_page(Path("note.md"), (head + body).encode())


def claims(body: str) -> list[tuple[str, str]]:
    return [(c.mark.stamp.raw, c.claim) for c in read(body).citations]


@pytest.mark.parametrize(
    ("raw", "time_ms", "fault"),
    [
        ("00:00:00", 0, None),
        ("01:02:03", 3_723_000, None),
        ("123:02:03", 442_923_000, None),
        ("12:34", 754_000, "two-fields"),
        ("00:12:34:00", 754_000, "four-fields"),
        ("00:75:00", 4_500_000, "minutes"),
        ("00:05:61", 361_000, "minutes"),
        ("HH:00:20", None, "placeholder"),
        ("HH:MM:SS", None, "placeholder"),
        ("00:XX:00", None, "placeholder"),
        ("https://youtu.be/XYZ", None, "url"),
        ("https://youtu.be/XYZ?t=00:01:00", None, "url"),
        ("00:15:11-00:15:24", 911_000, "range"),
        ("00:15:11, 00:15:24", 911_000, "range"),
        ("0:15:11", 911_000, "time"),
        ("00:5:52", 352_000, "time"),
        (" 00:05:52", 352_000, "time"),
        ("00:05:52.5", 352_000, "time"),
        ("00：05：52", None, "time"),
        ("٠٠:٠٥:٥٢", None, "time"),
        ("", None, "time"),
        ("soon", None, "time"),
    ],
)
def test_stamps(raw: str, time_ms: int | None, fault: str | None) -> None:
    stamp = read_stamp(raw)
    assert (stamp.time_ms, stamp.fault) == (time_ms, fault)


@pytest.mark.parametrize(
    ("source", "form", "fault"),
    [
        (anchor("00:01:00"), "anchor", None),
        ("<a class='yt-timestamp' data-t='00:01:00'>[00:01:00]</a>", "anchor", None),
        ("<a class=yt-timestamp data-t=00:01:00>[00:01:00]</a>", "anchor", None),
        ('<a\n class="yt-timestamp"\n data-t="00:01:00">[00:01:00]</a>', "anchor", None),
        ('[<a class="yt-timestamp" data-t="00:01:00">00:01:00</a>]', "anchor", None),
        ("[00:01:00]", "bare", None),
        ("[01:00]", "bare", "two-fields"),
        ("[[00:01:00]]", "bare", None),
        ("[00:01:00-00:02:00]", "bare", "range"),
        ("[00:01:00](https://youtu.be/abcdefghijk?t=60)", "link", None),
        ('<a class="yt-timestamp" data-t="00:15:11]-[00:15:24]</a>', "broken", "range"),
        ('<a class="yt-timestamp" data-t="00:15:11">[00:15:11]', "broken", "anchor"),
        ('<a class="yt-timestamp" data-t="00:15:11">[00:15:11]<a>', "broken", "anchor"),
        ('<a class="yt-timestamp data-t="00:15:11">[00:15:11]</a>', "broken", "anchor"),
        ('<a class="yt-timestamp" data-t="00:15:11>[00:15:11]</a>', "broken", "anchor"),
        ('<a data-t="00:15:11">[00:15:11]</a>', "broken", "anchor"),
        ('<a class="yt-timestamp">[00:15:11]</a>', "broken", "anchor"),
        ('&lt;a class="yt-timestamp" data-t="00:15:11"&gt;[00:15:11]&lt;/a&gt;', "broken", "anchor"),
    ],
)
def test_every_way_to_write_a_citation(source: str, form: str, fault: str | None) -> None:
    found = read(f"The sky is blue {source}. Grass is green.").citations
    assert [(c.mark.form, c.mark.stamp.fault, c.claim) for c in found] == [(form, fault, "The sky is blue")]


@pytest.mark.parametrize(
    "body",
    [
        f"As code:\n\n```\nThe sky {anchor('00:01:00')}\n```",
        f"`the sky {anchor('00:01:00')}`",
        f"``the `sky {anchor('00:01:00')}``",
        "A \\[00:01:00\\] that is escaped",
        "see [1:2] and [note](https://example.org) and [^1]",
        'an ordinary <a href="https://example.org">link</a>',
        "from 00:45:27 to 01:01:12 of the video",
    ],
)
def test_what_is_no_citation(body: str) -> None:
    assert read(body).citations == ()


def test_a_claim_is_the_sentence_that_its_citation_closes() -> None:
    body = (
        f"Nobody cites this. Dr. Ada Lovelace wrote it in the U.S. {anchor('00:00:01')}. She (i.e. Ada) earned 3.5 "
        f"pounds {anchor('00:00:02')}, and spent **two** on [[the_engine | the engine]] {anchor('00:00:03')}. "
        f"A full stop first. {anchor('00:00:04')} And on."
    )
    assert claims(body) == [
        ("00:00:01", "Dr. Ada Lovelace wrote it in the U.S."),
        ("00:00:02", "She (i.e. Ada) earned 3.5 pounds"),
        ("00:00:03", "and spent two on the engine"),
        ("00:00:04", "A full stop first."),
    ]


def test_citations_in_a_row_share_their_claim() -> None:
    body = f"One fact {anchor('00:00:01')} {anchor('00:00:02')}, {anchor('00:00:03')} and {anchor('00:00:04')}."
    found = read(body).citations
    assert {c.claim for c in found} == {"One fact"}
    assert len({c.stretch for c in found}) == 1


def test_an_item_is_its_claim_as_a_whole() -> None:
    nested = f"  - deeper {anchor('00:00:02')}\n1. first\n   line {anchor('00:00:03')}"
    body = f"- **Rest**: It helps. It is free {anchor('00:00:01')}.\n{nested}"
    assert claims(body) == [
        ("00:00:01", "Rest: It helps. It is free."),
        ("00:00:02", "deeper"),
        ("00:00:03", "first line"),
    ]


def test_leading_times_stand_for_the_words_after_them() -> None:
    assert claims("[00:00:01] He came. He saw.\n[00:00:09] He won.") == [
        ("00:00:01", "He came. He saw."),
        ("00:00:09", "He won."),
    ]


def test_a_quote_callout_is_a_quotation() -> None:
    body = f'> [!quote] On rest\n> "Sleep. Then sleep again." {anchor("00:00:01")}\n> — Ada'
    (found,) = read(body).citations
    assert (found.claim, found.quoted, found.line) == ('"Sleep. Then sleep again."', True, 7)


def test_other_callouts_are_prose() -> None:
    (found,) = read(f"> [!info] Source\n> One. Two {anchor('00:00:01')}.").citations
    assert (found.claim, found.quoted) == ("Two", False)


def test_a_cell_is_told_by_the_first_of_its_row() -> None:
    body = f"| Tube | Use |\n| --- | --- |\n| Red | chemistry {anchor('00:00:01')} |\n| Blue {anchor('00:00:02')} | x |"
    assert claims(body) == [("00:00:01", "Red: chemistry"), ("00:00:02", "Blue")]


def test_scripts_without_spaces() -> None:
    assert claims(f"空は青い。草は緑だ{anchor('00:00:01')}。雪は白い{anchor('00:00:02')}。") == [
        ("00:00:01", "草は緑だ"),
        ("00:00:02", "雪は白い"),
    ]


def test_a_doubtful_mark_is_no_part_of_any_claim() -> None:
    body = f"It may rain {anchor('00:00:01')} *(doubtful)*. It did {anchor('00:00:02')}."
    assert [(c.claim, c.doubtful) for c in read(body).citations] == [("It may rain", True), ("It did", False)]


def test_lines_count_from_the_top_of_the_file() -> None:
    page = read(f"# Head\n\nfirst\nsecond {anchor('00:00:01')}\r\n\r\n[[somewhere]]")
    assert [c.line for c in page.citations] == [9]
    assert [link.line for link in page.links] == [11]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("[[slug | text]] and [[slug]]", "text and slug"),
        ("[[slug#Heading|text]], [words](https://x.org)", "text, words"),
        (r"2 \* 3 \_not\_ \[\[x\]\] \<b>", "2 * 3 _not_ [[x]] <b>"),
        ("**bold** *it* ~~gone~~ ==lit== _under_ snake_case", "bold it gone lit under snake_case"),
        ("`code` &lt;b&gt; a &amp; b <br/> c", "code <b> a & b c"),
        (r"\&amp; stays", "&amp; stays"),
        ("a note[^1]", "a note"),
    ],
)
def test_plain_words(markup: str, words: str) -> None:
    assert plain(markup) == words


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("---\ntitle: x: y\n---\n", "front-matter-invalid"),
        ("---\n- a\n---\n", "front-matter-invalid"),
        ("---\ntitle: [a\n---\n", "front-matter-invalid"),
        ("---\na: &a [*a]\n---\n", "front-matter-invalid"),
        ("---\n? [a]\n: b\n---\n", "front-matter-invalid"),
        ("---\ntitle: \x07\n---\n", "front-matter-invalid"),
        ("---\n" + "[" * 60_000 + "\n---\n", "front-matter-invalid"),
        ("---\n" + "- " * 30_000 + "a\n---\n", "front-matter-invalid"),
        ("---\n" + "? " * 30_000 + "a\n---\n", "front-matter-invalid"),
        ("---\ntitle: a\ntitle: b\n---\n", "front-matter-duplicate-key"),
        ("---\ntitle: a\n", "front-matter-unclosed"),
    ],
)
def test_a_bad_head_is_a_problem_and_no_crash(source: str, code: str) -> None:
    assert [p.code for p in read_front_matter(source).problems] == [code]


def test_scalars_stay_as_written() -> None:
    front = read_front_matter("---\nvideoId: 0123\ntitle: 2024-13-45\naliases: [yes, 'b']\ntags: one\nempty:\n---\nx")
    assert (front.text("videoId"), front.text("title"), front.text("empty")) == ("0123", "2024-13-45", "")
    assert (front.texts("aliases"), front.texts("tags"), front.texts("none")) == (("yes", "b"), ("one",), ())


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"\xef\xbb\xbf" + HEAD.encode(), ["byte-order-mark"]),
        (HEAD.encode() + b"caf\xe9", ["not-utf-8"]),
        (f"```markdown\n{HEAD}text {anchor('00:00:01')}\n```\n".encode(), ["whole-note-in-code"]),
        (f"{HEAD}```markdown\ntext {anchor('00:00:01')}\n```".encode(), ["whole-note-in-code"]),
        (f"{HEAD}From: [[x]] <br/>\n\n```markdown\n## A\ntext\n```".encode(), ["whole-note-in-code"]),
        (f"{HEAD}text\n\n{HEAD}more".encode(), ["second-front-matter"]),
        (f"{HEAD}```python\nx = 1\n".encode(), ["unclosed-code"]),
        (f"{HEAD}```python\nx = 1\n```\n\ntext".encode(), []),
        (f"{HEAD}text\n\n---\n\nmore\n\n---\n".encode(), []),
        (HEAD.replace("\n", "\r\n").encode(), []),
    ],
)
def test_problems_of_files(data: bytes, codes: list[str]) -> None:
    page = read_page(Path("note.md"), data)
    assert [p.code for p in page.problems] == codes
    assert page.video_id == "abcdefghijk"


def test_citations_of_a_note_in_code_are_read() -> None:
    page = read_page(Path("n.md"), f"```markdown\n{HEAD}The sky is blue {anchor('00:00:01')}.\n```".encode())
    assert [(c.line, c.claim) for c in page.citations] == [(7, "The sky is blue")]


_PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "title: x\n",
            "```",
            "~~~\n",
            "\n",
            "\n\n",
            "> ",
            "> [!quote] t\n",
            "- ",
            "1. ",
            "# ",
            "|",
            "|--|\n",
        ),
        *(
            "[[",
            "]]",
            "[",
            "]",
            "(",
            ")",
            "<a ",
            'class="yt-timestamp"',
            ' data-t="',
            "00:01:02",
            '"',
            ">",
            "</a>",
            "<br/>",
        ),
        *(
            "`",
            "``",
            "\\",
            "$",
            "*",
            "_",
            "&lt;a ",
            "&lt;/a&gt;",
            ". ",
            "word ",
            "。",
            "\r",
            "\t",
            "===\n",
            "<!--",
            "<b>",
        ),
        *("[00:01:02", "-", ":", "*(doubtful)*", "From: [["),
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join), st.booleans())
def test_no_markup_makes_reading_raise(source: str, with_head: bool) -> None:
    data = ((HEAD if with_head else "") + source).encode()
    page = read_page(Path("x.md"), data)
    lines = source.count("\n") + source.count("\r") + HEAD.count("\n") + 1
    assert all(1 <= c.line <= lines for c in page.citations)
    assert all(plain(c.claim) is not None and "\n" not in c.claim for c in page.citations)


@given(st.binary(max_size=400))
def test_no_bytes_make_reading_raise(data: bytes) -> None:
    assert read_page(Path("x.md"), b"---\n" + data).path == Path("x.md")


_REPEATED = [
    *("[", "[[", "<a ", "`", "`` ` ", "> ", "$", "**", "&lt;a yt-timestamp", "---\n", "- ", "| ", "[00:", "\\", "A. "),
    *("](", "(", "<a data-t=", "---\na: b\n", "```\n", ">", "_", "word.\n", "[[a]] ", "- [[a]]\n", "\n```   "),
    *(anchor("00:00:01"), "A " + anchor("00:00:01") + ". ", "|" + anchor("00:00:01"), "[00:01:00]"),
]


@pytest.mark.parametrize("piece", _REPEATED)
def test_hostile_repetition_does_not_hang(piece: str) -> None:
    # What is quadratic takes minutes at this size.
    page = read("x " + piece * (300_000 // len(piece)))
    assert page.video_id == "abcdefghijk"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"## Why it froze {anchor('00:01:00')}\n", True),
        (f"- **Stability Analysis** {anchor('00:01:00')}\n", True),
        (f"- What froze? {anchor('00:01:00')}\n", True),
        (f"- **Stability:** the harbour froze in the first winter {anchor('00:01:00')}\n", False),
        (f"The harbour froze {anchor('00:01:00')}.\n", False),
    ],
)
def test_headings_and_labels_are_titles(body: str, title: bool) -> None:
    assert [c.title for c in read(body).citations] == [title]


def test_a_short_rest_of_a_sentence_stands_on_what_came_before_it() -> None:
    body = (
        f"The harbour of Varn froze in winter {anchor('00:01:00')}, thus closing it {anchor('00:02:00')}. It thawed.\n"
    )
    assert claims(body)[1] == ("00:02:00", "The harbour of Varn froze in winter, thus closing it")


def test_an_asterisk_between_spaces_is_a_sign() -> None:
    assert claims(f"- It is (0.10 * 200 farmers) {anchor('00:01:00')}\n")[0][1] == "It is (0.10 * 200 farmers)"
