"""Pages of which a part is measured: it stands between two marks."""

from pathlib import Path


def between(page: Path, begin: str, end: str, text: str) -> None:
    """Puts a text between the marks of a page."""
    whole = page.read_text(encoding="utf-8")
    before, _, rest = whole.partition(begin)
    page.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
