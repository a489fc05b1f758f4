"""Why a source has no usable transcript: one class a cause, each with the remedy that helps."""

from pipeline.errors import SourceError

BY_FILE = "Save its captions some other way (yt-dlp, a browser) and give the file."
"""The remedy that always helps."""

HEAR = "Set speech.captionless to hear its audio, or transcribe it some other way and give the file."
"""What helps where there are no captions."""

SLOWER = (
    "Go more slowly (raise youtube.min_interval_s), or leave by another network or proxy; networks of clouds are often "
    "refused for good."
)
"""What helps where a source refuses a network."""


class UnreadableFile(SourceError):
    """The file cannot be opened."""

    kind = "unreadable_file"


class EmptyFile(SourceError):
    """The file holds nothing but white space."""

    kind = "empty_file"


class UnknownShape(SourceError):
    """No reader knows this kind of file."""

    kind = "unknown_shape"


class Malformed(SourceError):
    """The file is of a known kind, but so broken that no cue can be read."""

    kind = "malformed"


class NoTimes(SourceError):
    """There are words but no times, so nothing in it could be cited."""

    kind = "no_times"


class NoSpeech(SourceError):
    """There are cues, but nobody says anything in them."""

    kind = "no_speech"


class InvalidVideo(SourceError):
    """What was given is no video, or YouTube does not know it."""

    kind = "invalid_video"


class VideoUnavailable(SourceError):
    """The video is gone, private, or not playable here."""

    kind = "video_unavailable"


class AgeRestricted(SourceError):
    """YouTube shows the video only to people who are signed in."""

    kind = "age_restricted"


class NoCaptions(SourceError):
    """The video has no captions."""

    kind = "no_captions"


class TokenRequired(SourceError):
    """YouTube gives these captions only to a browser that proves itself."""

    kind = "token_required"


class BadAnswer(SourceError):
    """YouTube answered with something that is no transcript."""

    kind = "bad_answer"


class TooLarge(SourceError):
    """It is longer than the settings allow to download."""

    kind = "too_large"


class CannotHear(SourceError):
    """There is only sound, and nothing here that could hear it."""

    kind = "cannot_hear"


class ListUnreadable(SourceError):
    """A playlist, channel or feed cannot be listed."""

    kind = "list_unreadable"


class NotListed(SourceError):
    """A line of a list names nothing."""

    kind = "bad_line"


class LeftOut(SourceError):
    """A video that the filters of `lists` leave out; known only once it was fetched."""

    kind = "left_out"
