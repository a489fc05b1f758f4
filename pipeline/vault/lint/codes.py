"""Every kind of finding: its code, how bad it is, and what it means. `docs/check.md` is this table for people."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for."""

    severity: Severity
    meaning: str


CODES: dict[str, Code] = {
    # Times that cannot be
    "citation-beyond-end": Code("error", "the cited time is after the end of the video"),
    "citation-impossible": Code(
        "error", "the cited time is over 12 h, or over 4 h in a note that writes minutes as hours; length not known"
    ),
    "citation-implausible": Code("warning", "the cited time is over 4 h and the video's length is not known"),
    "minutes-as-hours": Code("error", "the whole note writes MM:SS as HH:MM:00"),
    "not-a-cue-start": Code("warning", "the cited time is not the start of any cue, rounded down to the second"),
    # Times that are no times
    "malformed-two-fields": Code("error", "the time has two fields: 12:34"),
    "malformed-four-fields": Code("error", "the time has four fields or more: 00:12:34:00"),
    "malformed-minutes": Code("error", "the minutes or seconds are over 59: 00:75:00"),
    "malformed-placeholder": Code("error", "the time is a placeholder: HH:00:20"),
    "malformed-url": Code("error", "a web address stands where the time should be"),
    "malformed-range": Code("error", "a range stands where one time should be: 00:15:11-00:15:24"),
    "malformed-time": Code("error", "the time is nothing of the form HH:MM:SS"),
    "malformed-anchor": Code("error", "the markup of the citation is broken, so nothing can follow it"),
    # Citations that are not what they seem
    "label-mismatch": Code("error", "the words of the citation show another time than its data-t"),
    "href-mismatch": Code("error", "the link of the citation leads to another time or another video"),
    "bare-timestamp": Code("warning", "a time in brackets without the citation anchor"),
    # Claims without proof
    "note-without-citations": Code("error", "the note cites nothing"),
    "uncited-paragraph": Code("warning", "a paragraph without any citation"),
    "uncited-quote": Code("warning", "a quotation without any citation"),
    # Text that went wrong
    "runaway-repetition": Code("error", "the same citation, or the same sentence, again and again"),
    "repeated-sentence": Code("warning", "a sentence stands in the note more than once"),
    "many-citations": Code("warning", "more than 150 citations in one note"),
    "refusal": Code("error", "a model's refusal was published as a note"),
    # Links
    "dangling-wikilink": Code("error", "a link to a page that does not exist"),
    "dangling-index-link": Code("error", "an index lists a page that does not exist"),
    "self-link": Code("warning", "a page links to itself"),
    "link-in-heading": Code("warning", "a link in a heading"),
    "link-in-quote": Code("warning", "a link inside a quotation"),
    "slug-collision": Code("error", "two pages of a folder have one name but for upper and lower case"),
    "ambiguous-name": Code("warning", "pages in two folders have one name, so links to it are ambiguous"),
    # The page itself
    "front-matter-missing": Code("error", "the note has no front matter"),
    "front-matter-unclosed": Code("error", "the front matter is never closed"),
    "front-matter-invalid": Code("error", "the front matter is not valid YAML"),
    "front-matter-duplicate-key": Code("error", "a key stands twice in the front matter"),
    "second-front-matter": Code("error", "a second front matter stands in the body"),
    "missing-title": Code("warning", "the front matter has no title"),
    "missing-video-id": Code("error", "the front matter of a note has no videoId"),
    "invalid-video-id": Code("error", "the videoId can be no id of a video"),
    "whole-note-in-code": Code("error", "the whole note stands in a code block"),
    "unclosed-code": Code("warning", "a code block is never closed"),
    "h1-in-body": Code("warning", "a heading of the first level in the body"),
    "raw-html": Code("warning", "HTML other than the citation anchor and the line break"),
    "active-html": Code("error", "HTML that runs, loads or submits something"),
    "byte-order-mark": Code("warning", "the file begins with a byte order mark"),
    "not-utf-8": Code("error", "the file is not UTF-8"),
    "unreadable-file": Code("error", "the file cannot be read"),
    "unreadable-transcript": Code("warning", "a transcript was found for the video but cannot be read"),
    "not-a-note": Code("warning", "a page without front matter and citations: nothing to check"),
}


class Finding(NamedTuple):
    """Something wrong at one place of one page."""

    path: str
    line: int
    code: str
    severity: Severity
    message: str


def finding(path: object, line: int, code: str, message: str = "") -> Finding:
    """A finding of a known code; its meaning is the message where nothing more exact is to be said."""
    known = CODES[code]
    return Finding(str(path), line, code, known.severity, message or known.meaning)
