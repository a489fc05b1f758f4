"""The YAML head of a page, read so that nothing in it can do harm."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_MAX_CHARS = 65_536
_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong that reading itself found."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys of a page's head. Scalars are the strings that were written, so `videoId: 0123` keeps its zero."""

    keys: Mapping[str, Any] = field(default_factory=dict)
    present: bool = False
    end: int = 0
    """Offset of the body in the page's text."""
    problems: tuple[Problem, ...] = ()

    def text(self, key: str) -> str:
        """The scalar of this key, stripped; empty when missing or not a scalar."""
        value = self.keys.get(key)
        return value.strip() if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The scalars of a list, or the one scalar, of this key."""
        value = self.keys.get(key)
        found = value if isinstance(value, list) else [value]
        return tuple(item.strip() for item in found if isinstance(item, str) and item.strip())


def read_front_matter(text: str, first_line: int = 1) -> FrontMatter:
    """The head of a page that begins with `---`; faults become problems, never errors."""
    if not text.startswith("---"):
        return FrontMatter()
    start = text.find("\n") + 1
    if text[3 : start - 1 if start else None].strip():
        return FrontMatter()
    close = _CLOSE.search(text, start) if start else None
    if close is None:
        return FrontMatter(problems=(Problem(first_line, "front-matter-unclosed", "no --- closes the front matter"),))
    end = text.find("\n", close.end()) + 1 or len(text)
    keys, problems = _load(text[start : close.start()], first_line + 1)
    return FrontMatter(keys=keys, present=True, end=end, problems=tuple(problems))


def _load(source: str, first_line: int) -> tuple[dict[str, Any], list[Problem]]:
    if len(source) > _MAX_CHARS or (_may_be_deep(source) and _too_deep(source)):
        return _invalid(first_line, "the front matter is too large or nested too deeply")
    # Base: every scalar stays the string that was written, so no date or number can be malformed.
    loader = yaml.CBaseLoader(source)
    try:
        node = loader.get_single_node()
        if node is not None and not isinstance(node, yaml.MappingNode):
            return _invalid(first_line, "the front matter is not a list of `key: value`")
        loaded: dict[str, Any] = loader.construct_document(node) if node else {}
    except yaml.YAMLError as error:
        return _not_yaml(error, first_line)
    except UnicodeEncodeError:
        return _invalid(first_line, "the front matter holds half a character")
    finally:
        loader.dispose()
    return loaded, _repeated(node, first_line) if node else []


def _invalid(line: int, message: str) -> tuple[dict[str, Any], list[Problem]]:
    return {}, [Problem(line, "front-matter-invalid", message)]


def _may_be_deep(source: str) -> bool:
    """Cheap and never wrong in saying no: each level inside a line needs one of these marks."""
    return sum(source.count(mark) for mark in ("[", "{", "-", "?", ":")) > _MAX_DEPTH


def _too_deep(source: str) -> bool:
    """Whether composing would recurse beyond what C can bear: libyaml's composer has no limit of its own."""
    depth = 0
    try:
        for event in yaml.parse(source, yaml.CBaseLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _MAX_DEPTH:
                return True
    except (yaml.YAMLError, UnicodeEncodeError):
        return False  # composing meets the same fault and names it
    return False


def _repeated(node: yaml.MappingNode, first_line: int) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = str(key.value)
        if name in seen:
            line = first_line + key.start_mark.line
            found.append(Problem(line, "front-matter-duplicate-key", f"`{name}` stands twice; the last one counts"))
        seen.add(name)
    return found


def _not_yaml(error: yaml.YAMLError, first_line: int) -> tuple[dict[str, Any], list[Problem]]:
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or error).splitlines()[0][:120]
    line = first_line + (mark.line if mark is not None else 0)
    return _invalid(line, f"not YAML: {what} (put the value in double quotes)")
