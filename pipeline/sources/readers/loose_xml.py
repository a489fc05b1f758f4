"""Elements of captions whose XML is not well formed, such as `a < b` unescaped: from opening tag to opening tag."""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

_OPENING = re.compile(r"<(?:[a-z]{1,10}:)?(transcript|timedtext|tt|text|p)(\s[^<>]{0,2000})?>")
_CLOSING = re.compile(r"</(?:[a-z]{1,10}:)?(?:p|text)>")
_INNER = re.compile(r"</?(?:[a-z]{1,10}:)?(?:s|span|metadata|div|body|head)(?:\s[^<>]{0,2000})?/?>|</[a-z:]{1,20}>")
_BREAK = re.compile(r"<(?:[a-z]{1,10}:)?br\s?/?>")
_ATTRIBUTE = re.compile(r"([A-Za-z:]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"<>]{0,500})\"|'([^'<>]{0,500})')")


def loose_elements(text: str) -> Iterator[tuple[str, Element]]:
    """The root and every `p` and `text` with its words, as a parser would tell them."""
    openings = list(_OPENING.finditer(text))
    for i, opening in enumerate(openings):
        following = openings[i + 1].start() if i + 1 < len(openings) else len(text)
        element = Element(
            opening[1], {m[1]: unescape(m[2] or m[3] or "") for m in _ATTRIBUTE.finditer(opening[2] or "")}
        )
        if opening[1] not in ("p", "text"):
            yield "start", element
            continue
        closing = _CLOSING.search(text, opening.end(), following)
        body = text[opening.end() : closing.start() if closing else following]
        element.text = unescape(_INNER.sub("", _BREAK.sub("\n", body)))
        yield "end", element
