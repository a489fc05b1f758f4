"""Claims with a number in them: as said, and changed by value."""

from pipeline.measuring.figures import change_number, figures
from pipeline.measuring.kinds import Kind, Scene, of_text
from pipeline.measuring.statements import Statement


def swap_number(scene: Scene, statement: Statement) -> str | None:
    """The sentence with one number changed for one that is not said around it."""
    return change_number(statement.text, scene.lexicon, scene.rng, avoid=scene.talk.around(statement))


def with_number(scene: Scene, statement: Statement) -> str | None:
    """An honest sentence with a number in it."""
    return statement.text if figures(statement.text, scene.lexicon) else None


KINDS = (
    Kind("number_swap", "unsupported", of_text(swap_number)),
    Kind("quote_num", "unsupported", of_text(swap_number), quote=True),
    Kind("ok_number", "ok", of_text(with_number)),
)
