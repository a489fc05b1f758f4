"""Data as Python prints it: `[{'text': 'hey', 'start': 0.0}]`, `FetchedTranscriptSnippet(text="hey", start=0.0)`.

Scripts around youtube-transcript-api save this where they forgot to write JSON. Nothing is evaluated but single string
literals, which cannot do anything.
"""

import ast
import json
import re

_BEGINNING = re.compile(r"\s*(?:(?:\[\s*)?(?:\{\s*'|FetchedTranscript(?:Snippet)?\()|\[\s*\(\s*['\"0-9]|\[\s*\[\s*')")
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]++|\\.)*+'|"(?:[^"\\]++|\\.)*+")|(?P<field>[A-Za-z_]\w*+)\s*+=(?!=)"""
    r"""|(?P<call>[A-Za-z_][\w.]*+)\(|(?P<word>[A-Za-z_]\w*+)|(?P<open>\()|(?P<close>\))""",
    re.DOTALL,
)
_WORDS = {"None": "null", "True": "true", "False": "false", "nan": "NaN", "inf": "Infinity"}


def looks_like_python(text: str) -> bool:
    """Whether a text begins as a printed list or mapping of Python does, and as no JSON can."""
    return bool(_BEGINNING.match(text[:200]))


def as_json_text(text: str) -> str:
    """The same data as JSON; objects become mappings of their fields, tuples lists."""
    closing: list[str] = []

    def replace(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "text":
                return _string(found[0])
            case "field":
                return json.dumps(found["field"]) + ": "
            case "call" | "open":
                closing.append("}" if found["call"] else "]")
                return "{" if found["call"] else "["
            case "close":
                return closing.pop() if closing else "]"
        return _WORDS.get(found[0], found[0])

    return _TOKEN.sub(replace, text)


def _string(literal: str) -> str:
    try:
        return json.dumps(ast.literal_eval(literal))
    except (ValueError, SyntaxError):  # a broken escape, a line end, a NUL: the characters as they stand
        return json.dumps(literal[1:-1])
