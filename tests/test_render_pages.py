import unicodedata
from datetime import date
from pathlib import Path

import pytest
import regex
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.errors import SettingsError
from pipeline.stages.escaping import address, clean, escape, link_text, scalar
from pipeline.stages.render import anchor, render_channel, render_note, render_video
from pipeline.values.note import (
    ChannelPage,
    ChannelVideo,
    Cite,
    Counts,
    Coverage,
    Link,
    Mark,
    Note,
    NoteSection,
    NoteSource,
    PageLink,
    QuoteCallout,
    Sentence,
    Text,
    Topic,
    VideoPage,
)
from pipeline.values.outline import Gap
from pipeline.values.transcript import Video

URL = "https://www.youtube.com/watch?v=oCkkjnpS2f8"
NASTY = [
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "```python",
    "~~~",
    "---",
    "===",
    "***",
    "| a | b |",
    "    code",
    "[[link]]",
    "![[embed]]",
    "[a](http://b)",
    "![a](b)",
    "[a]: http://b",
    "[^1]",
    "^[note]",
    "text ^block-id",
    "<b>bold</b>",
    '<a class="yt-timestamp" data-t="00:00:01">[00:00:01]</a>',
    "<script>alert(1)</script>",
    "<!-- c -->",
    "<http://b.c>",
    "a < b",
    "*em* **strong**",
    "_em_ __strong__ snake_case",
    "~~gone~~",
    "`code`",
    "``",
    "$x^2$ costs $5",
    "%%hidden%%",
    "==marked==",
    "#tag C# #",
    "key:: value",
    "[key:: value]",
    "&amp; &#42; AT&T",
    "back\\slash \\* end\\",
    "http://evil.example www.evil.example",
    "a\nb\r\nc",
    "tab\tbed",
    "nul\x00bell\x07",
    "rtl \u202egnp.exe",
    "zero\ufeffwidth",
    "{{ 7*7 }} {% raw %}",
    "- [ ] task",
    ": definition",
    "…",
    "=",
    "\\",
    "!",
    "[",
    "]",
    "|",
    "<",
    "&",
    "&lt;",
    "a_",
    "_a",
    "*",
    "1.",
    "<a",
    "https://",
    "\u2028line",
    "</a>",
    "[00:00:01]",
]
text = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40),
    st.lists(st.sampled_from([*NASTY, "word", " ", "1", "*", "_", "<", "[", "]", "`", "\\", "$", "="]), max_size=6).map(
        "".join
    ),
)


def a_note(
    words: str = "Words", title: str = "A title", link_words: str = "a link", video: Video | None = None
) -> Note:
    about = video or Video(
        id="oCkkjnpS2f8", title="A talk", channel="lexfridman", url=URL, published=date(2019, 12, 30)
    )
    parts = (
        Text(text=f"{clean(words)} with "),
        Link(slug="there", text=link_words),
        Mark(),
        Cite(time_ms=61_999),
    )
    section = NoteSection(
        heading=words or "Heading",
        paragraphs=((Sentence(parts=(Text(text=clean(words)), Cite(time_ms=0))), Sentence(parts=parts)),),
        quote=QuoteCallout(title=words, text=words, time_ms=3_600_000, speaker=words),
    )
    source = NoteSource(
        video=PageLink(slug="a_talk", text=words or "A talk"),
        channel=PageLink(slug="lexfridman", text="lexfridman"),
        first_ms=0,
        last_ms=61_999,
        gaps=(Gap(start_ms=900_000, end_ms=1_800_000, reason=words),),
        trust="automatic",
    )
    return Note(
        slug="a_title",
        title=title,
        aliases=(title, words),
        video=about,
        language="en",
        lead=section.model_copy(update={"heading": ""}),
        sections=(section,),
        source=source,
        see_also=(PageLink(slug="there", text=words or "There"),),
    )


def body(page: str) -> str:
    return page.split("\n---\n", 1)[1]


def front(page: str) -> str:
    assert page.startswith("---\n")
    return page.removeprefix("---\n").split("\n---\n", 1)[0]


def walk(tokens: list[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *walk(token.children or []))]


def parsed(markdown: str) -> list[Token]:
    return walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown))


def seen(tokens: list[Token]) -> str:
    return "".join(t.content for t in tokens if t.type in {"text", "text_special"})


OURS = regex.compile(
    r'<a class="yt-timestamp" data-t="\d\d:\d\d:\d\d" href="https://www\.youtube\.com/watch\?v=[\w-]+&t=\d+s">'
    r"|</a>|<br/>"
)


@settings(max_examples=100, deadline=None)
@given(words=text)
@example(words="1. <b>[[x]]*")
def test_text_shows_as_it_is_and_as_nothing_else(words: str) -> None:
    for before, after in (("", ""), ("word ", " word"), ("> ", ""), ("- ", ""), ("## ", "")):
        tokens = parsed(f"{before}{escape(words)}{after}\n")
        assert {t.type for t in tokens} <= {
            "paragraph_open",
            "paragraph_close",
            "inline",
            "text",
            "text_special",
            "blockquote_open",
            "blockquote_close",
            "bullet_list_open",
            "bullet_list_close",
            "list_item_open",
            "list_item_close",
            "heading_open",
            "heading_close",
        }
        expected = before.lstrip(">-# ") + clean(words) + after
        assert regex.sub(r"\s+", " ", seen(tokens)).strip() == regex.sub(r"\s+", " ", expected).strip()


@settings(max_examples=100, deadline=None)
@given(words=text)
def test_nothing_that_obsidian_alone_reacts_to_is_left(words: str) -> None:
    live = regex.sub(r"\\[!-/:-@\[-`{-~]", "\ufffc", f"x {escape(words)}")
    assert not regex.search(r"\[\[|%%|==|(?<!\S)#\S|\$|::|https?://|\^\[|\[\^|~~|!\[", live)


@settings(max_examples=100, deadline=None)
@given(words=text, title=text)
def test_a_whole_note_holds_only_our_markup(words: str, title: str) -> None:
    page = render_note(a_note(words, title)).text
    tokens = parsed(body(page))
    assert not {t.type for t in tokens} & {
        "html_block",
        "code_block",
        "fence",
        "code_inline",
        "image",
        "link_open",
        "table_open",
        "s_open",
        "hr",
    }
    assert all(OURS.fullmatch(t.content) for t in tokens if t.type == "html_inline")
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h2", "h2"]
    links = regex.findall(r"(?<!\\)\[\[([^\]|]*?)(?: \| [^\]\[|]*)?\]\]", body(page))
    assert links == ["lexfridman", "there", "a_talk", "lexfridman", "there", "there"]
    assert body(page).count("[[") == len(links)
    assert page.count('class="yt-timestamp"') - seen(tokens).count('class="yt-timestamp"') == 6
    assert page.endswith("\n")
    assert not page.endswith("\n\n")
    assert "\r" not in page


@settings(max_examples=100, deadline=None)
@given(title=text, words=text)
def test_front_matter_reads_back_whatever_it_holds(title: str, words: str) -> None:
    video = Video(id=clean(words) or "x", title=words, channel=title, url=URL)
    page = render_note(a_note(words, title, video=video)).text
    read = yaml.safe_load(front(page))
    assert read["title"] == clean(title)
    assert read["videoId"] == video.id
    assert read["aliases"] == [clean(title), clean(words)]
    assert read.get("channel", "") == clean(title) or not title
    assert read["citations"] == 6


YAML_12 = regex.compile(
    r"|~|null|true|false|[-+]?\d+|0o[0-7]+|0x[0-9a-f]+|[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?|[-+]?\.inf|\.nan",
    regex.IGNORECASE,
)


@pytest.mark.parametrize(
    "value",
    [
        "1e234567890",
        "1e3",
        "no",
        "No",
        "on",
        "y",
        "null",
        "~",
        "2019-12-30",
        "12:30:45",
        "0o17",
        "0x1F",
        "1_000",
        ".5",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#b",
        "'a'",
        '"a"',
        "@a",
        "`a",
        "%a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "{a}",
        "[a]",
        "a,b",
        "?",
        "? a",
        "",
        " ",
        "---",
        "...",
        "nan",
        "Inf",
        "=",
        "<<",
        "1:20",
        "true ",
        "é",
        "日本語",
        "\u200eא",
        "back\\slash",
        "tab\there",
        "a\u0085b",
        "x\u2029y",
        "\ud800",
        "\U0001f600",
    ],
)
def test_a_scalar_is_a_string_for_every_yaml_reader(value: str) -> None:
    written = scalar(value)
    assert yaml.safe_load(f"k: {written}") == {"k": clean(value)}
    assert yaml.safe_load(f"k: [{scalar(value, flow=True)}]") == {"k": [clean(value)]}
    assert written.startswith('"') or not YAML_12.fullmatch(written)


def test_a_note_is_exactly_this() -> None:
    cite = '<a class="yt-timestamp" data-t="{0}" href="' + URL + '&t={1}s">[{0}]</a>'
    assert (
        render_note(a_note("Facts")).text
        == f"""---
title: A title
videoId: oCkkjnpS2f8
kind: note
channel: lexfridman
url: "{URL}"
published: 2019-12-30
aliases: ["A title", "Facts"]
language: en
citations: 6
doubtful: 2
---

From: [[lexfridman]] <br/>

Facts {cite.format("00:00:00", 0)}. Facts with [[there | a link]] *(doubtful)* {cite.format("00:01:01", 61)}.

> [!info] Source
> [[a_talk | Facts]], [[lexfridman]]. This note draws on 00:00:00 to 00:01:01 of the video.
> Not outlined: 00:15:00–00:30:00, Facts.
> The captions were made by speech recognition.
> *(doubtful)* marks what the check could not settle.

> [!quote] Facts
> "Facts" {cite.format("01:00:00", 3600)}
> — Facts

## Facts

Facts {cite.format("00:00:00", 0)}. Facts with [[there | a link]] *(doubtful)* {cite.format("00:01:01", 61)}.

> [!quote] Facts
> "Facts" {cite.format("01:00:00", 3600)}
> — Facts

## See also

- [[there | Facts]]
"""
    )


def test_without_an_address_there_is_no_href() -> None:
    assert anchor(0, Video(id="x", title="t", channel="")) == '<a class="yt-timestamp" data-t="00:00:00">[00:00:00]</a>'


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, f'href="{URL}&t=90s"'),
        (f"{URL}&t=5s", f'href="{URL}&t=90s"'),
        ("https://youtu.be/oCkkjnpS2f8", 'href="https://youtu.be/oCkkjnpS2f8?t=90s"'),
        ('https://a.example/?q="><script>', 'href="https://a.example/?q=%22%3E%3Cscript%3E&t=90s"'),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[", None),
    ],
)
def test_hrefs_are_web_addresses_with_the_time(url: str, expected: str | None) -> None:
    made = anchor(90_000, Video(id="x", title="t", channel="", url=url))
    assert (expected in made) if expected else "href" not in made


@settings(max_examples=100, deadline=None)
@given(words=text)
def test_words_of_a_link_stay_in_it(words: str) -> None:
    shown = link_text(words)
    assert not regex.search(r"[\[\]|\n`<>*\\$]", shown)
    assert unicodedata.normalize("NFKC", shown) == unicodedata.normalize("NFKC", clean(words))


def video_page(words: str = "Words") -> VideoPage:
    return VideoPage(
        slug="a_talk",
        title=words,
        video=Video(id="oCkkjnpS2f8", title=words, channel=words, url=URL),
        channel=PageLink(slug="lexfridman", text=words),
        language="en",
        trust="manual",
        model=words,
        topics=(Topic(link=PageLink(slug="n", text=words), first_ms=0, claims=7),),
        counts=Counts(supported=3, reanchored=1, partial=2, contradicted=1, unsupported=3),
        coverage=Coverage(read=0.5, cited=0.251),
        gaps=(Gap(start_ms=900_000, end_ms=1_800_000, reason=words),),
    )


@settings(max_examples=100, deadline=None)
@given(words=text)
def test_video_and_channel_pages_hold_only_our_markup(words: str) -> None:
    topic = PageLink(slug="n", text=words)
    listed = (ChannelVideo(link=PageLink(slug="v", text=words), published=None, topics=(topic,)),)
    for page in (render_video(video_page(words)), render_channel(ChannelPage(slug="c", name=words, videos=listed))):
        tokens = parsed(body(page.text))
        types = {t.type for t in tokens}
        assert not types & {
            "html_block",
            "code_block",
            "fence",
            "code_inline",
            "image",
            "table_open",
            "s_open",
            "em_open",
            "hr",
        }
        assert all(t.content == "<br/>" for t in tokens if t.type == "html_inline")
        assert {t.attrGet("href") for t in tokens if t.type == "link_open"} <= {URL}
        assert yaml.safe_load(front(page.text))["title"] == clean(words)


def test_a_video_page_tells_what_was_read_and_what_became_of_the_claims() -> None:
    page = render_video(video_page("Facts")).text
    for line in (
        "From: [[lexfridman | Facts]] <br/>",
        f"Video: [Facts]({URL})",
        "- [[n | Facts]], from 00:00:00, 7 claims",
        "- Claims: 3 supported, 1 reanchored, 2 doubtful, 4 dropped",
        "- Share of the video read: 50 %; cited: 25 %",
        "- Not outlined: 00:15:00–00:30:00, Facts",
    ):
        assert f"\n{line}\n" in page


def test_a_page_that_is_not_there_is_named_but_not_linked() -> None:
    listed = (ChannelVideo(link=PageLink(slug=None, text="Talk"), published=date(2020, 1, 2), topics=()),)
    page = render_channel(ChannelPage(slug="c", name="C", videos=listed)).text
    assert "[[" not in page
    assert "Video: Talk, 2020-01-02" in page


def test_a_template_of_ones_own_goes_first_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "note.md.j2").write_text("# {{ note.title }}\n{{ note.lead.paragraphs[0] | prose(video) }}\n")
    assert render_note(a_note(title="*A*"), tmp_path).text.startswith("# \\*A\\*\nWords <a class=")
    assert render_video(video_page(), tmp_path).text == render_video(video_page()).text


@pytest.mark.parametrize(
    "wrong",
    ["{{ note.nothing }}", "{% if %}", "{{ note | nothing }}", "{{ ''.__class__.__mro__ }}", "{% include 'gone.j2' %}"],
)
def test_a_wrong_template_is_a_settings_error_that_names_it(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "note.md.j2").write_text(wrong)
    with pytest.raises(SettingsError, match=r"note\.md\.j2|gone"):
        render_note(a_note(), tmp_path)


def test_a_missing_folder_of_templates_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        render_note(a_note(), tmp_path / "none")


def test_no_address_leaves_its_brackets() -> None:
    assert address("https://a.example/(x)") == "https://a.example/%28x%29"


def test_template_marks_of_site_generators_are_escaped() -> None:
    assert escape("{{ site.x }} and {% raw %} and {a}") == r"\{\{ site.x }} and \{% raw %} and {a}"
    assert "{{" not in link_text("{{ x }}")
