"""Every error of ours, sorted by what the caller must do about it.

    CitenoteError
    ├── SettingsError        stop, exit 2: a setting, an option or a template is wrong
    ├── StopRun              stop the whole run, exit 3: bad key, no credit, budget spent
    ├── GitRefused           git or a hook said no: nothing was committed, or nothing pushed, as the text tells
    ├── VideoError           permanent for this video: record it, go on with the others
    │   ├── SourceError      it has no usable transcript (each cause is a subclass in sources/)
    │   └── BadReply         the model's answer could not be used after all attempts
    ├── TransientError       try again, after `wait_s` if the server named a time
    ├── Waiting              a batch brings the answer later: go on with the others, then run the video again
    └── BlockedError         the whole source must cool down, then try again

An unsupported claim is a verdict, not an error. Vendor exceptions are translated where the vendor is called, by
type and code, never by message text.
"""


class CitenoteError(Exception):
    """An error whose text is written for the person at the terminal: what, where, and the remedy."""

    kind = "error"
    billable = False
    """Whether the question may have been answered and be billed, although its answer did not arrive."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message}\n  {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy


class SettingsError(CitenoteError):
    """A setting, an option or a template is wrong: nothing was started."""

    kind = "settings"


class StopRun(CitenoteError):
    """Going on would be useless or cost money that nobody agreed to."""

    kind = "stopped"


class GitRefused(CitenoteError):
    """Git or a hook of the repository said no."""

    kind = "git"


class VideoError(CitenoteError):
    """This video cannot be made into notes; the others can."""

    kind = "video"


class SourceError(VideoError):
    """There is no usable transcript."""

    kind = "source"


class BadReply(VideoError):
    """The model's answer was refused, cut off or malformed, and asking again did not help."""

    kind = "bad_reply"


class TransientError(CitenoteError):
    """Worth trying again."""

    kind = "transient"

    def __init__(self, message: str, *, remedy: str = "", wait_s: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.wait_s = wait_s
        """Seconds the server asked us to wait; None if it did not say."""


class Waiting(CitenoteError):
    """There is no answer yet, and this video has not failed; no stage handles it."""

    kind = "waiting"


class BlockedError(CitenoteError):
    """A source refuses us for now; every request to it must wait."""

    kind = "blocked"

    def __init__(self, message: str, *, remedy: str = "", wait_s: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.wait_s = wait_s
