"""Citations and wikilinks in one block of text, well formed or broken."""

import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pipeline.vault.reading.plain import link_target
from pipeline.vault.reading.stamps import Stamp, read_stamp

Form = Literal["anchor", "bare", "link", "broken"]
"""How a citation is written: as an anchor, `[00:12:34]`, `[00:12:34](url)`, or an anchor that no browser reads."""

_TIMES = r"[0-9]{1,4}:[0-9]{2}(?:[:.,;&~+\s–—−-]{1,5}[0-9]{1,4}){0,16}"
# Each form looks back at its first character: a pattern that begins with a set of characters skips all others at once.
_MARK = re.compile(
    r"[<!\[&](?:"
    # The one right form, matched at once: nearly all of a good vault.
    r'(?<=<)a class="yt-timestamp" data-t="(?P<time>[0-9]{2}:[0-5][0-9]:[0-5][0-9])"(?: href="(?P<href>[^"<>]*)")?>'
    r"(?P<label>\[[^\]<]*\])</a>"
    r"|(?<=<)a\b(?P<attributes>[^<>]*)(?P<shut>>?)"
    r"|(?:(?<=!)(?P<embed>\[)|(?<=\[))\[(?P<wiki>[^\[\]\n]*)\]\]"
    rf"|(?<=\[)\s?(?P<bare>{_TIMES})\s?\](?P<url>\([^()\s]*\))?"
    r"|(?<=&)lt;a\s[^\n<>]{0,120}?yt-timestamp(?P<escaped>[^\n<>]{0,200}?)&lt;/a&gt;)"
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LABEL = re.compile(r"([^<]*)</a\s*>")
_OPEN_LABEL = re.compile(rf"\s?\[?\s?(?:{_TIMES})?\s?\]?")
_CODE = re.compile(r"`+")
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_MATH = re.compile(r"\$\$[^$]+\$\$|(?<![\\$])\$(?![\s$])[^$\n]*[^$\s]\$(?![0-9$])")
_TIME = re.compile(_TIMES)


class CitationMark(NamedTuple):
    """A citation as written, at `text[start:end]` of its block."""

    start: int
    end: int
    form: Form
    stamp: Stamp
    label: str | None = None
    """What stands between the tags; None where there are none."""
    href: str | None = None


class WikilinkMark(NamedTuple):
    """A wikilink as written, at `text[start:end]` of its block."""

    start: int
    end: int
    target: str
    embed: bool


def masked(text: str) -> str:
    """The text with escapes and code spans blanked, as long as before: what is left is live markup."""
    if "\\" in text:
        text = _ESCAPE.sub("  ", text)
    if "`" not in text:
        return text
    pieces, done = [], 0
    for start, end in _code_spans(text):
        pieces += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*pieces, text[done:]])


def without_math(live: str) -> str:
    """Blanks `$…$` unless a citation stands in it: prices come in pairs too."""
    if "$" not in live:
        return live
    return _MATH.sub(lambda m: m[0] if "<a" in m[0] or "[[" in m[0] else " " * len(m[0]), live)


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans between two runs of as many backticks, in linear time."""
    runs = [(m.start(), m.end()) for m in _CODE.finditer(text)]
    later: dict[int, list[int]] = {}
    for at in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[at][1] - runs[at][0], []).append(at)
    at = 0
    while at < len(runs):
        same = later[runs[at][1] - runs[at][0]]
        while same and same[-1] <= at:
            same.pop()
        if same:
            yield runs[at][0], runs[same[-1]][1]
            at = same[-1]
        at += 1


def read_marks(live: str) -> tuple[list[CitationMark], list[WikilinkMark]]:
    """The citations and wikilinks of a block, in order; `live` comes from `masked`."""
    citations: list[CitationMark] = []
    links: list[WikilinkMark] = []
    if "[" not in live and "<a" not in live and "&lt;a" not in live:
        return citations, links
    at = 0
    while match := _MARK.search(live, at):
        start, at = match.span()
        if match.lastgroup == "label":  # the one right form
            time, href, label = match.group("time", "href", "label")
            href = html.unescape(href) if href and "&amp;" in href else href
            citations.append(CitationMark(start, at, "anchor", read_stamp(time), label, href))
            continue
        if match.lastgroup == "wiki" and not _TIME.fullmatch(match["wiki"]):
            links.append(WikilinkMark(start, at, link_target(match["wiki"]), match["embed"] is not None))
            continue
        if citation := _citation(live, match):
            citations.append(citation)
            at = max(at, citation.end)
    return citations, links


def _citation(live: str, match: re.Match[str]) -> CitationMark | None:
    bare = match["bare"] or match["wiki"]
    if bare is not None:
        if match["url"] and not re.search(r"youtu|[?&#]t=", match["url"]):
            return None
        form: Form = "link" if match["url"] else "bare"
        return CitationMark(match.start(), match.end(), form, read_stamp(bare.strip()))
    if match["attributes"] is not None:
        return _anchor(live, match)
    found = _TIME.search(match["escaped"])
    return CitationMark(match.start(), match.end(), "broken", Stamp(found[0] if found else "", None, "anchor"))


def _anchor(live: str, match: re.Match[str]) -> CitationMark | None:
    attributes = match["attributes"]
    named = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(attributes)}
    inside = _LABEL.match(live, match.end())
    label = inside[1] if inside else ""
    if "timestamp" not in attributes and "data-t" not in attributes and not _TIME.fullmatch(label.strip("[] ")):
        return None
    end = inside.end() if inside else _end_of_open_label(live, match)
    href = html.unescape(named["href"]) if "href" in named else None
    well_formed = match["shut"] and inside and named.get("class") == "yt-timestamp" and "data-t" in named
    if well_formed and not _ATTRIBUTE.sub("", attributes).strip():
        start, end = _bracketed(live, match.start(), end, label)
        return CitationMark(start, end, "anchor", read_stamp(named["data-t"]), label, href)
    return CitationMark(match.start(), end, "broken", _broken_stamp(attributes + " " + label), label or None, href)


def _end_of_open_label(live: str, match: re.Match[str]) -> int:
    found = _OPEN_LABEL.match(live, match.end())
    return found.end() if found and match["shut"] else match.end()


def _bracketed(live: str, start: int, end: int, label: str) -> tuple[int, int]:
    """Takes brackets around the anchor into it, where the label has none of its own."""
    if not label.startswith("[") and live[start - 1 : start] == "[" and live[end : end + 1] == "]":
        return start - 1, end + 1
    return start, end


def _broken_stamp(source: str) -> Stamp:
    """The first time in broken markup; several different ones are a range."""
    times = _TIME.findall(source)
    if not times:
        return Stamp("", None, "anchor")
    first = read_stamp(times[0])
    raw = "-".join(dict.fromkeys(times))
    return Stamp(raw, first.time_ms, "anchor" if raw == times[0] else "range")
