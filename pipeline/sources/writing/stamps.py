"""Times as the shapes write them."""


def clock(ms: int, point: str = ".") -> str:
    """`01:02:03.450`."""
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def seconds(ms: int) -> str:
    """`62.450`."""
    return f"{ms // 1000}.{ms % 1000:03}"


def centiseconds(ms: int) -> str:
    """`1:02:03.45`, as SubStation Alpha has it."""
    return clock(ms)[:-1].removeprefix("0")


def minutes(ms: int) -> str:
    """`62:03.450`, without hours."""
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
