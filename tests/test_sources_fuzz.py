"""Damaged files of every shape: read, or refused by an error of ours, whatever the damage."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzzing import fuzz, read, seeds
from pipeline.errors import SourceError
from pipeline.sources.files import read_text
from pipeline.sources.ordering import put_in_order
from pipeline.sources.readers.shapes import SHAPES, shape_of
from tests.test_sources_ordering import assert_in_order


def test_no_damage_brings_any_error_but_ours() -> None:
    counts, _ = fuzz(1_500, seed=7)
    assert sum(counts.values()) == 1_500
    assert all(counts[f"{shape} read"] > 0 for shape in seeds())
    assert sum(count for name, count in counts.items() if name.endswith("refused")) > 100


@pytest.mark.slow  # ten thousand inputs; `python -m benchmarks.fuzzing` takes as many as you like
def test_no_damage_of_ten_thousand_brings_any_error_but_ours() -> None:
    counts, _ = fuzz(10_000, seed=11)
    assert sum(counts.values()) == 10_000


def test_the_seeds_are_read_by_every_reader() -> None:
    assert {shape_of(text) for text in seeds().values()} >= set(SHAPES)
    for text in seeds().values():
        assert read(text.encode())


@settings(max_examples=150)
@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused_or_read(data: bytes) -> None:
    read(data)


@settings(max_examples=150)
@given(head=st.sampled_from(sorted(seeds())), rest=st.text(max_size=200))
def test_any_text_behind_the_beginning_of_a_shape_is_refused_or_read(head: str, rest: str) -> None:
    with suppress(SourceError):
        assert_in_order(put_in_order(read_text(seeds()[head][:60] + rest, "fuzz").cues).segments)


PIECES = ("<", "&", "[", "{", "(", '"', "'", "\\", "-->", "00:01 ", "[00:01]", "{1}{2}", "<p>", "<SYNC Start=1>", "a,")


@pytest.mark.parametrize("name", sorted(seeds()))
def test_no_shape_takes_long_over_one_piece_said_again_and_again(name: str) -> None:
    """A reader in which time grows as the square of the length would not end."""
    text = seeds()[name]
    half = len(text) // 2
    for piece in PIECES:
        with suppress(SourceError):
            read_text(text[:half] + piece * (60_000 // len(piece)) + text[half:], "long")
            read_text(text[:half] + f"\n{piece} x" * 5_000 + text[half:], "long")
