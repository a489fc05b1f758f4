"""Each outcome that YouTube has for us, through the real command: what is told of it is what the page shows."""

import pytest

from tests.youtube_table import ROWS, Row, line, written


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_the_page_shows_is_what_a_person_sees(row: Row) -> None:
    assert line(row) in written().splitlines(), "run python -m tests.youtube_table"


def test_the_page_shows_nothing_else() -> None:
    assert len(written().splitlines()) == len(ROWS) + 2
