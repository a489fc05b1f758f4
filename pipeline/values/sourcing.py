"""The part of the settings that says where words come from: YouTube, lists, speech."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pipeline.values.base import Value


class WebshareProxy(Value):
    """Webshare's rotating residential proxies; user and password are read from the environment."""

    user_env: str = "WEBSHARE_USER"
    password_env: str = "WEBSHARE_PASSWORD"  # noqa: S105 - the name of a variable
    locations: tuple[str, ...] = ()
    """Codes of the countries that the addresses may be in; any where none is named."""
    host: str = "p.webshare.io"
    port: Annotated[int, Field(ge=1, le=65_535)] = 80


class YouTubeSettings(Value):
    """How transcripts are fetched from YouTube."""

    languages: tuple[str, ...] = ("en",)
    """Preferred caption languages, best first; any other is taken when none of these exists."""
    translate: bool = False
    """Where none of the languages exists, take YouTube's machine translation into the first of them."""
    proxy: str | None = None
    """Address of a proxy for YouTube alone, without a password."""
    proxy_env: str | None = None
    """The variable that holds the address of the proxy, with user and password."""
    proxy_retries: Annotated[int, Field(ge=0, le=100)] = 0
    """For a rotating proxy: how often a refused request is sent again from its next address."""
    webshare: WebshareProxy | None = None
    """Instead of a proxy of your own; needs proxy_retries, 10 is usual."""
    timeout_s: Annotated[float, Field(gt=0)] = 30
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    """How often what fails in passing is tried, the first time included."""
    min_interval_s: Annotated[float, Field(ge=0)] = 1.0
    """Least time between two videos asked of YouTube."""
    jitter: Annotated[float, Field(ge=0, le=10)] = 0.5
    """By chance, up to this share of min_interval_s is waited on top."""
    cool_down_s: Annotated[float, Field(ge=0)] = 900
    """How long YouTube is left alone once it refused; twice as long each time it refuses again, a day at most. With 0
    only the run that was refused stops asking."""
    fallback: Literal["none", "yt-dlp"] = "none"
    """Who is asked for what the first way cannot get; yt-dlp needs the extra `youtube`."""

    @property
    def way_out(self) -> str:
        """A name without secrets for what YouTube sees us as: a refusal concerns one way out and not another."""
        if self.webshare:
            return f"youtube via {self.webshare.host}"
        if self.proxy_env:
            return f"youtube via ${self.proxy_env}"
        return f"youtube via {self.proxy}" if self.proxy else "youtube"


class ListPolicy(Value):
    """Which of the videos that a list, playlist, channel, feed or folder names are taken.

    Where a list is silent about a video, the question is asked again once the video is fetched.
    """

    min_minutes: Annotated[float, Field(ge=0)] | None = None
    max_minutes: Annotated[float, Field(gt=0)] | None = None
    after: date | None = None
    """Published on this day or later."""
    before: date | None = None
    """Published on this day or earlier."""
    match: str | None = None
    """A regular expression that is found in the title, in any case of letters."""
    languages: tuple[str, ...] = ()
    """The transcript is in one of these."""
    skip_done: bool = False
    """Leave out what has notes in the vault."""
    sort: Literal["listed", "date", "views"] = "listed"
    """The order: as listed, newest first, or most viewed first; what is not known comes last."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Most videos of all lists together, after all else."""
    most_mb: Annotated[float, Field(gt=0)] = 50
    """A feed or transcript that is longer is refused."""


class SpeechSettings(Value):
    """How speech is heard where there are no captions; needs the extra `whisper`."""

    model: str = "small"
    """A model of faster-whisper, which is downloaded the first time, or a folder that holds one."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "default"
    language: str | None = None
    """None to let the model hear which language it is."""
    captionless: bool = False
    """Also hear the audio of videos without captions and of podcasts without transcripts."""
    most_mb: Annotated[float, Field(gt=0)] = 500
    """Audio that is longer is not downloaded."""
