"""What a server has told us is left of a limit, and when there is enough of it again."""

from pipeline.models.headers import Room

_LONGEST_HINT_S = 60.0  # what is further off is for the server to say with a status, not with a hint
_INSTANT_S = 1e-3


class Allowance:
    """What is left of one limit by the server's last word, less what was taken since, refilled as time goes.

    Servers tell how much is left and when the limit is whole again. In between it grows evenly; where they do not tell
    the limit, nothing is known to be there before it is whole. Not safe for threads by itself.
    """

    def __init__(self, room: Room, now: float) -> None:
        self._room = room
        self._at = now
        self._taken = 0.0

    def take(self, amount: float) -> None:
        """Something was spent."""
        self._taken += amount

    def wait_s(self, amount: float, now: float) -> float:
        """Seconds until this much is there; 0 where nothing is known that speaks against it."""
        reset_s, past = self._room.reset_s, now - self._at
        missing = amount - (self._room.left - self._taken)
        if reset_s is None or missing <= 0 or past >= reset_s:
            return 0.0
        until = reset_s
        if self._room.limit is not None and self._room.limit > self._room.left:
            # more than the limit is never there: then the whole of it must do
            missing = min(missing, self._room.limit - self._room.left)
            until = reset_s * missing / (self._room.limit - self._room.left)
        wait_s = min(until, _LONGEST_HINT_S) - past
        return wait_s if wait_s > _INSTANT_S else 0.0
