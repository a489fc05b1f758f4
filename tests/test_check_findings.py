import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vault.lint import CODES, Finding, Timeline, find_collisions, lint_page, names_of
from pipeline.vault.reading import PageText, read_page

HEAD = "---\ntitle: A title\nvideoId: abcdefghijk\n---\n\n"
WATCH = "https://www.youtube.com/watch?v=abcdefghijk&t="
PROVED = 'The sky is blue <a class="yt-timestamp" data-t="00:00:01">[00:00:01]</a>.\n\n'


def cited(time: str, label: str | None = None, href: str = "") -> str:
    link = f' href="{href}"' if href else ""
    return f'<a class="yt-timestamp" data-t="{time}"{link}>[{label or time}]</a>'


def page(body: str, *, head: str = HEAD, path: str = "v/note.md") -> PageText:
    return read_page(Path(path), (head + body).encode())


def codes(found: Iterable[Finding]) -> list[str]:
    return [f.code for f in found]


def linted(body: str, *, head: str = HEAD, timeline: Timeline | None = None) -> list[str]:
    return codes(lint_page(page(body, head=head), timeline=timeline))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"It is so {cited('12:34')}.", "malformed-two-fields"),
        (f"It is so {cited('00:12:34:00')}.", "malformed-four-fields"),
        (f"It is so {cited('00:75:00')}.", "malformed-minutes"),
        (f"It is so {cited('HH:00:20', '00:00:20')}.", "malformed-placeholder"),
        (f"It is so {cited('https://youtu.be/XYZ', '03:10')}.", "malformed-url"),
        ('It is so <a class="yt-timestamp" data-t="00:15:11]-[00:15:24]</a>.', "malformed-range"),
        (f"It is so {cited('0:12:34')}.", "malformed-time"),
        ('It is so <a class="yt-timestamp" data-t="00:15:11">[00:15:11].', "malformed-anchor"),
        (f"It is so {cited('00:00:09', '00:00:10')}.", "label-mismatch"),
        (f"It is so {cited('00:00:09', href=WATCH + '10s')}.", "href-mismatch"),
        (f"It is so {cited('00:00:09', href=WATCH.replace('abc', 'xyz') + '9s')}.", "href-mismatch"),
        (f"It is so {cited('00:01:09', href='https://youtu.be/abcdefghijk?t=1m8s')}.", "href-mismatch"),
        ("It is so [00:00:09].", "bare-timestamp"),
        (f"It is so {cited('13:00:01')}.", "citation-impossible"),
        (f"It is so {cited('04:10:01')}.", "citation-implausible"),
        ("## Nothing", "note-without-citations"),
        (PROVED + "Nobody has ever cited anything for this.", "uncited-paragraph"),
        (PROVED + '> [!quote] A title\n> "Nobody has ever cited this quote at all."', "uncited-quote"),
        ("It is so " + cited("00:00:00") * 5, "runaway-repetition"),
        ("It is so " + " ".join(cited(f"00:00:{n:02}") for n in range(13)), "runaway-repetition"),
        (
            "\n\n".join(f"The same thing is said again {cited(f'00:00:{n:02}')}." for n in range(4)),
            "runaway-repetition",
        ),
        ("\n\n".join(f"The same thing is said again {cited(f'00:00:{n:02}')}." for n in range(2)), "repeated-sentence"),
        (
            "\n\n".join(f"Fact {n} of many is said {cited(f'00:{n // 60:02}:{n % 60:02}')}." for n in range(151)),
            "many-citations",
        ),
        (f"The provided transcript does not contain information about rice {cited('00:00:09')}.", "refusal"),
        (f"I'm sorry, but I cannot help with that request {cited('00:00:09')}.", "refusal"),
        (f"Das bereitgestellte Transkript enthält keine Angaben zu Reis {cited('00:00:09')}.", "refusal"),
        (f"{PROVED}Links to [[A title]] {cited('00:00:09')}.", "self-link"),
        (f"## On [[something]]\n\n{PROVED}", "link-in-heading"),
        (f'{PROVED}> [!quote] T\n> "On [[something]] else" {cited("00:00:09")}', "link-in-quote"),
        (f"# Again\n\n{PROVED}", "h1-in-body"),
        (f"Again\n=====\n\n{PROVED}", "h1-in-body"),
        (f"{PROVED}<div>x</div> {cited('00:00:02')}", "raw-html"),
        ("It is so [00:00:09] <sup>2</sup>.", "raw-html bare-timestamp"),
        (f"{PROVED}<!-- x --> {cited('00:00:02')}", "raw-html"),
        (f"{PROVED}<script>x</script> {cited('00:00:02')}", "active-html"),
        (f"{PROVED}<img src=x onerror=alert(1)> {cited('00:00:02')}", "active-html"),
        (f"{PROVED}{HEAD}", "second-front-matter"),
        (f"```markdown\n{PROVED}```", "whole-note-in-code"),
        (f"{PROVED}```\ncode", "unclosed-code"),
    ],
)
def test_each_defect_has_its_name(body: str, code: str) -> None:
    found = linted(body)
    assert set(found) == set(code.split())


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("", "front-matter-missing"),
        ("---\nvideoId: abcdefghijk\n---\n", "missing-title"),
        ("---\ntitle: A\n---\n", "missing-video-id"),
        ("---\ntitle: A\nvideoId: ../../etc\n---\n", "invalid-video-id"),
        ("---\ntitle: A\nvideoId: [a]\n---\n", "missing-video-id"),
        ("---\ntitle: A: B\nvideoId: abcdefghijk\n---\n", "front-matter-invalid"),
        ("---\ntitle: A\ntitle: B\nvideoId: abcdefghijk\n---\n", "front-matter-duplicate-key"),
        ("\ufeff---\ntitle: A\nvideoId: abcdefghijk\n---\n", "byte-order-mark"),
    ],
)
def test_each_bad_head_has_its_name(head: str, code: str) -> None:
    assert linted(PROVED, head=head) == [code]


@pytest.mark.parametrize(
    "body",
    [
        PROVED,
        f"It is so {cited('00:00:09', href=WATCH + '9s')}.",
        f"It is so {cited('01:00:09', href='https://youtu.be/abcdefghijk?t=1h0m9s')}.",
        f"It is so {cited('00:00:09', href='https://example.org/talk.mp4')}.",
        f"{PROVED}Three kinds of things are told apart here:\n\n- one {cited('00:00:02')}",
        f"{PROVED}> [!info] Source\n> This note draws on 00:00:01 to 00:00:09 of the video.",
        f"From: [[channel]] <br/>\n\n{PROVED}## See also\n\n- [[other | Other]]",
        f"It is so {cited('00:00:01')} {cited('00:00:02')} {cited('00:00:03')}.",
        f"The transcript of the trial does not survive, she says, and nothing else does {cited('00:00:01')}.",
        f"A tag \\<b> and `<b>` and $a<b>c$ and 1 < 2 {cited('00:00:01')}.",
        f"```python\n# no heading\nx = '[[no link]] <b> [00:00:01]'\n```\n\n{PROVED}",
        "\n\n".join(f"Fact {n} is said {cited(f'0{n % 3}:00:{n:02}')}." for n in range(12)),
        "\n\n".join(f"Fact {n} is said {cited(f'00:{n:02}:00')}." for n in range(12)),
        "\n\n".join(f"Fact {n} is said {cited(f'0{n % 4}:{n * 5:02}:00')}." for n in range(12)),
    ],
)
def test_near_misses_are_clean(body: str) -> None:
    assert linted(body) == []


TIMELINE = Timeline(end_ms=600_000, starts_s=frozenset({1, 2, 599}))


def test_a_known_end_is_believed() -> None:
    body = f"A {cited('00:00:02')}. B {cited('00:00:03')}. C {cited('00:10:01')}. D {cited('05:00:00')}."
    assert linted(body, timeline=TIMELINE) == ["not-a-cue-start", "citation-beyond-end", "citation-beyond-end"]


SHIFTED = " ".join(f"Fact {n} is said {cited(f'0{n}:{n * 7 % 60:02}:00')}." for n in range(10))
REPEATING = " ".join(f"Fact {n} is said {cited(f'0{n}:{n * 7 % 60:02}:{n * 7 % 60:02}')}." for n in range(10))


@pytest.mark.parametrize("body", [SHIFTED, REPEATING])
@pytest.mark.parametrize("timeline", [None, TIMELINE])
def test_minutes_written_as_hours_are_named_once(body: str, timeline: Timeline | None) -> None:
    found = Counter(linted(body, timeline=timeline))
    assert found["minutes-as-hours"] == 1
    assert found["citation-impossible" if timeline is None else "citation-beyond-end"] >= 5


def test_a_long_video_does_not_write_minutes_as_hours() -> None:
    long = Timeline(end_ms=11 * 3_600_000, starts_s=frozenset(range(40_000)))
    assert linted(SHIFTED, timeline=long) == []


def test_where_to_look_and_what_is_wrong() -> None:
    (found,) = lint_page(page(f"It is so {cited('14:12')}."))
    assert (found.path, found.line, found.severity) == ("v/note.md", 6, "error")
    assert found.message == "14:12: the time has two fields"


INDEX = "---\ntitle: channel\n---\n### [Video](https://example.org/abcdefghijk)\n- [[note | A]]\n- [[gone | B]]\n"


def vault(*pages: PageText, attachments: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    names = names_of(pages, Path("v"), attachments)
    return [(f.code, f.line) for one in pages for f in lint_page(one, vault=names) if "ink" in f.code]


def test_links_are_followed_by_file_title_alias_path_and_case() -> None:
    head = '---\ntitle: "Other Title"\nvideoId: abcdefghijk\naliases: [Nickname, "Ünïcode"]\n---\n'
    other = page(PROVED, head=head, path="v/deep/other.md")
    good = [
        "other",
        "Other",
        "other.md",
        "deep/other",
        "/deep/other",
        "other_title",
        "Other title",
        "nickname",
        "ÜNÏCODE",
        "other#Part",
        "#Here",
        "pic.png",
    ]
    bad = ["others", "other title 2", "other.png", "deep"]
    source = page(PROVED + "".join(f"[[{target} | x]]\n" for target in good + bad))
    missing = vault(source, other, attachments=("pic.png",))
    assert missing == [("dangling-wikilink", 8 + len(good) + n) for n in range(len(bad))]


def test_an_index_that_lists_nothing_says_so() -> None:
    assert vault(page(INDEX, head="", path="v/channel.md"), page(PROVED)) == [("dangling-index-link", 6)]


def test_without_a_vault_no_link_dangles() -> None:
    assert linted(PROVED + "[[anything]]") == []


def test_names_that_collide() -> None:
    pages = [page(PROVED, path=path) for path in ("v/Note.md", "v/note.md", "v/w/note.md", "v/other.md")]
    assert [(f.code, f.path) for f in find_collisions(pages)] == [
        ("slug-collision", "v/note.md"),
        ("ambiguous-name", "v/w/note.md"),
    ]


@pytest.mark.parametrize("kind", ["video", "channel"])
def test_pages_of_ours_that_list_need_no_citations(kind: str) -> None:
    head = f"---\ntitle: T\nvideoId: abcdefghijk\nkind: {kind}\n---\n\n"
    assert (
        linted(
            "From: [[x]] <br/>\n\nVideo: [a long title of a talk](https://example.org/x)\n\n- [[a]], from 00:00:01",
            head=head,
        )
        == []
    )


def test_a_page_that_is_no_note() -> None:
    assert linted("# Read me\n\nThis folder holds all of our notes on videos.\n", head="") == [
        "not-a-note",
        "h1-in-body",
    ]


def test_the_manual_lists_every_code() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "check.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \| (error|warning) \|$", manual, re.MULTILINE)
    assert {code: (meaning, severity) for code, meaning, severity in rows} == {
        code: (known.meaning, known.severity) for code, known in CODES.items()
    }


@given(st.text(max_size=300), st.booleans())
def test_no_text_makes_linting_raise(body: str, known: bool) -> None:
    one = page(body + PROVED, path="v/x.md") if known else read_page(Path("v/x.md"), body.encode("utf-8", "replace"))
    found = list(lint_page(one, timeline=TIMELINE if known else None, vault=names_of([one], Path("v"))))
    assert all(f.code in CODES and f.line >= 1 for f in found)
