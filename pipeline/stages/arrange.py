"""Moving claims between notes and sections: forgotten ones find a place, small notes and sections find a neighbour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.values.plan import Step

Paragraph = tuple[Step, ...]

_LEAST_IN_SECTION = 2
_LONGEST_LEAD = 4
_LONGEST_PARAGRAPH = 5
_MOST_GATHERED = 4


@dataclass(frozen=True)
class Block:
    """A section in the making."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    callout: int = 0

    @property
    def claims(self) -> tuple[int, ...]:
        """Ids in the order of the page."""
        return tuple(s.claim for p in self.paragraphs for s in p)


@dataclass(frozen=True)
class Arranged:
    """A note in the making."""

    title: str
    aliases: tuple[str, ...]
    lead: Paragraph
    callout: int
    blocks: tuple[Block, ...]

    @property
    def claims(self) -> tuple[int, ...]:
        """Ids in the order of the page."""
        return tuple(s.claim for s in self.lead) + tuple(i for b in self.blocks for i in b.claims)


def pages(steps: Sequence[Step], longest: int) -> list[Paragraph]:
    """The steps in paragraphs of nearly equal length, none over `longest`."""
    count = -(-len(steps) // longest)
    size = -(-len(steps) // count) if count else longest
    parts = [tuple(steps[i : i + size]) for i in range(0, len(steps), size)]
    return [(p[0].model_copy(update={"join": ""}), *p[1:]) for p in parts]


def adopt(notes: Sequence[Arranged], forgotten: Iterable[int], times: Mapping[int, int]) -> list[Arranged]:
    """Each forgotten claim in the section with the claim nearest in time, in paragraphs of their own.

    Args:
        notes: at least one.
        forgotten: ids in ascending order.
        times: of all kept claims, in ms.
    """
    arranged = list(notes)
    homes: dict[tuple[int, int], list[int]] = {}
    spots = [(i, n, k) for n, note in enumerate(notes) for k, ids in _groups(note) for i in ids]
    for claim in forgotten:
        _, note, block = min(spots, key=lambda s: (abs(times[s[0]] - times[claim]), s[1], s[2]))
        homes.setdefault((note, block), []).append(claim)
    for (note, block), claims in homes.items():
        more = tuple(pages([Step(join="", claim=i) for i in claims], _LONGEST_PARAGRAPH))
        arranged[note] = _extended(arranged[note], block, more)
    return arranged


def _groups(note: Arranged) -> list[tuple[int, tuple[int, ...]]]:
    """Claim ids by block number; those of the lead count for the first block."""
    lead = [(0, tuple(s.claim for s in note.lead))]
    return lead + [(k, b.claims) for k, b in enumerate(note.blocks)]


def _extended(note: Arranged, block: int, more: tuple[Paragraph, ...]) -> Arranged:
    blocks = list(note.blocks) or [Block("", ())]
    blocks[block] = replace(blocks[block], paragraphs=blocks[block].paragraphs + more)
    return replace(note, blocks=tuple(blocks))


def fold(notes: Sequence[Arranged], least: int, most: int) -> list[Arranged]:
    """Notes with fewer than `least` claims, and the smallest beyond `most`, as sections of the neighbour in time."""
    arranged = list(notes)
    while len(arranged) > 1:
        smallest = min(range(len(arranged)), key=lambda i: (len(arranged[i].claims), -i))
        if len(arranged[smallest].claims) >= least and len(arranged) <= most:
            break
        small = arranged.pop(smallest)
        home = min(range(len(arranged)), key=lambda i: (abs(_middle(arranged[i]) - _middle(small)), i))
        arranged[home] = _absorbed(arranged[home], small)
    return arranged


def _middle(note: Arranged) -> float:
    return median(note.claims)


def _absorbed(note: Arranged, small: Arranged) -> Arranged:
    """The small note as one section under its title; claims that both have stay where they were."""
    has = set(note.claims)
    steps = [(small.lead, small.callout)] + [(p, b.callout) for b in small.blocks for p in b.paragraphs]
    paragraphs = [_without(p, has) for p, _ in steps]
    callout = next((c for _, c in steps if c), 0)
    block = Block(small.title, tuple(p for p in paragraphs if p), callout)
    return replace(note, blocks=(*note.blocks, block)) if block.paragraphs else note


def _without(paragraph: Paragraph, has: set[int]) -> Paragraph:
    rest = [s for s in paragraph if s.claim not in has]
    return pages(rest, len(rest))[0] if rest else ()


def repair_sections(note: Arranged) -> Arranged:
    """Sections of two claims or more, each heading once; a lead in every note."""
    blocks: list[Block] = []
    for block in note.blocks:
        twin = next((i for i, b in enumerate(blocks) if b.heading.casefold() == block.heading.casefold()), None)
        at = twin if twin is not None else len(blocks) - 1
        small = len(block.claims) < _LEAST_IN_SECTION or not block.heading
        if twin is not None or (small and blocks):
            blocks[at] = _joined(blocks[at], block)
        else:
            blocks.append(block)
    if len(blocks) > 1 and len(blocks[0].claims) < _LEAST_IN_SECTION:
        blocks[:2] = [_joined(blocks[0], blocks[1], heading=blocks[1].heading)]
    return _led(replace(note, blocks=tuple(replace(b, paragraphs=_gathered(b.paragraphs)) for b in blocks)))


def _gathered(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Lone claims that follow one another, as one paragraph: a row of one-sentence paragraphs reads as a list."""
    gathered: list[Paragraph] = []
    open_ = False
    for paragraph in paragraphs:
        lone = len(paragraph) == 1
        if lone and open_ and len(gathered[-1]) < _MOST_GATHERED:
            gathered[-1] = (*gathered[-1], *paragraph)
        else:
            gathered.append(paragraph)
        open_ = lone
    return tuple(gathered)


def _joined(first: Block, second: Block, heading: str | None = None) -> Block:
    name = first.heading if heading is None else heading
    return Block(name, first.paragraphs + second.paragraphs, first.callout or second.callout)


def _led(note: Arranged) -> Arranged:
    """The first paragraph becomes the lead where there is none; a lone claim beside a lead joins it."""
    if len(note.blocks) == 1 and len(note.claims) <= _LONGEST_LEAD:
        only = note.blocks[0]
        return replace(note, lead=note.lead + _flat(only), callout=note.callout or only.callout, blocks=())
    if note.lead or not note.blocks:
        return note
    first = note.blocks[0]
    head, rest = first.paragraphs[0], first.paragraphs[1:]
    left = replace(first, paragraphs=rest)
    if len(left.claims) >= _LEAST_IN_SECTION:
        return replace(note, lead=head, blocks=(left, *note.blocks[1:]))
    if len(note.blocks) == 1:
        return (
            replace(note, lead=head, blocks=(replace(left, heading=""),))
            if rest
            else replace(note, lead=head, blocks=())
        )
    second = _joined(left, note.blocks[1], heading=note.blocks[1].heading) if rest else note.blocks[1]
    return replace(note, lead=head, blocks=(second, *note.blocks[2:]))


def _flat(block: Block) -> Paragraph:
    return tuple(s for p in block.paragraphs for s in p)
