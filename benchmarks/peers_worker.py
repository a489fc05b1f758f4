"""Runs in another interpreter: whether quote checkers installed there accept quotations.

Reads one JSON object a line (`quote`, `context`) and writes for each one object with the verdict of every checker that
could be imported: `instructor` by its citation mixin, which keeps a quotation that it finds in the context with up to
five errors, and `langextract` by its aligner as it comes, and with its fuzzy alignment switched off.
"""

import importlib
import importlib.util
import json
import sys
from collections.abc import Callable
from typing import Any

Accepts = Callable[[str, str], bool]


def instructor_accepts() -> Accepts:
    citation = importlib.import_module("instructor.dsl.citation")

    def accepts(quote: str, context: str) -> bool:
        found: Any = citation.CitationMixin.model_validate({"substring_quotes": [quote]}, context={"context": context})
        return bool(found.substring_quotes)

    return accepts


def langextract_accepts(*, fuzzy: bool) -> Accepts:
    data, resolver = (importlib.import_module(f"langextract.{name}") for name in ("data", "resolver"))

    def accepts(quote: str, context: str) -> bool:
        asked = data.Extraction(extraction_class="quote", extraction_text=quote)
        aligner = resolver.WordAligner()
        (aligned,) = aligner.align_extractions(
            [[asked]], context, enable_fuzzy_alignment=fuzzy, accept_match_lesser=fuzzy
        )
        return bool(aligned and aligned[0].alignment_status)

    return accepts


def checkers() -> dict[str, Accepts]:
    found: dict[str, Accepts] = {}
    if importlib.util.find_spec("instructor"):
        found["instructor CitationMixin"] = instructor_accepts()
    if importlib.util.find_spec("langextract"):
        found["langextract aligner"] = langextract_accepts(fuzzy=True)
        found["langextract aligner, not fuzzy"] = langextract_accepts(fuzzy=False)
    return found


def main() -> None:
    known = checkers()
    for line in sys.stdin:
        asked = json.loads(line)
        verdicts = {name: accepts(asked["quote"], asked["context"]) for name, accepts in known.items()}
        print(json.dumps(verdicts))


if __name__ == "__main__":
    main()
