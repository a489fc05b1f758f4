"""Proxies, fixed and rotating, over real TLS on the loopback interface; their secrets come from the environment."""

from base64 import b64decode
from pathlib import Path

import pytest

from pipeline.errors import BlockedError, SettingsError
from pipeline.sources.proxies import proxy_of
from pipeline.sources.youtube import fetch
from pipeline.values.sourcing import WebshareProxy, YouTubeSettings
from tests.commands import citenote, written
from tests.loopback_world import World, by_path, world
from tests.loopback_youtube import RECORDED_ID, Answer, recorded, script

SECRET = "s3cret/pass"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificates.pem"))
    return tmp_path


def logins(web: World) -> set[str]:
    return {b64decode(asked.login.removeprefix("Basic ")).decode() for asked in web.seen}


def test_a_proxy_with_a_login_is_read_from_the_variable_that_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(by_path(script().answers), folder) as web:
        monkeypatch.setenv("MY_PROXY", web.proxy.replace("//", "//ann:s3cret%2Fpass@"))
        assert fetch(RECORDED_ID, YouTubeSettings(proxy_env="MY_PROXY", timeout_s=5)).segments
        assert logins(web) == {f"ann:{SECRET}"}


def test_the_proxy_that_is_set_comes_before_those_of_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with world(by_path(script().answers), folder) as web:
        assert fetch(RECORDED_ID, YouTubeSettings(proxy=web.proxy, timeout_s=5)).segments


def test_a_rotating_proxy_sends_what_is_refused_again_from_another_address(folder: Path) -> None:
    answers = script(
        watch=[Answer(b"", 429, {"Retry-After": "3600"}), Answer(recorded("youtube.html.static"))],
        player=[
            Answer(recorded("youtube_request_blocked.innertube.json.static")),
            Answer(recorded("youtube.innertube.json.static")),
        ],
    )
    with world(by_path(answers.answers), folder) as web:
        settings = YouTubeSettings(proxy=web.proxy, proxy_retries=3, timeout_s=5)
        assert fetch(RECORDED_ID, settings).segments  # without an hour's wait
        assert len(web.paths("/watch")) == 3
    with world(by_path(script(watch=Answer(b"", 429)).answers), folder) as web:
        with pytest.raises(BlockedError, match="all addresses of the proxy"):
            fetch(RECORDED_ID, YouTubeSettings(proxy=web.proxy, proxy_retries=2, timeout_s=5))
        assert len(web.seen) == 3


def test_webshare_is_asked_with_user_password_and_countries(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBSHARE_USER", "ann")
    monkeypatch.setenv("WEBSHARE_PASSWORD", SECRET)
    with world(by_path(script().answers), folder) as web:
        port = int(web.proxy.rpartition(":")[2])
        webshare = WebshareProxy(host="127.0.0.1", port=port, locations=("de", "us"))
        assert fetch(RECORDED_ID, YouTubeSettings(webshare=webshare, proxy_retries=2, timeout_s=5)).segments
        assert logins(web) == {f"ann-DE-US-rotate:{SECRET}"}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (YouTubeSettings(proxy="127.0.0.1:80"), "no address of a proxy"),
        (YouTubeSettings(proxy="ftp://x:1"), "no address of a proxy"),
        (YouTubeSettings(proxy="http://x:port"), "no address of a proxy"),
        (YouTubeSettings(proxy="http://ann:pw@x:1"), "a password does not belong"),
        (YouTubeSettings(proxy_env="NOT_SET"), "the variable NOT_SET, which youtube.proxy_env names, is not set"),
        (YouTubeSettings(proxy_env="NO_ADDRESS"), "the variable NO_ADDRESS: no address"),
        (YouTubeSettings(webshare=WebshareProxy()), "the variable WEBSHARE_USER"),
    ],
)
def test_what_is_wrong_with_a_proxy_is_told_without_its_secrets(settings: YouTubeSettings, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        proxy_of(settings, {"NO_ADDRESS": SECRET})
    assert SECRET not in str(caught.value)
    assert "pw" not in str(caught.value).replace("password", "")


def test_a_password_stands_in_no_output_and_no_file(folder: Path) -> None:
    with world(by_path(script(watch=Answer(b"", 429)).answers), folder) as web:
        written(folder, "youtube: {proxy_env: MY_PROXY, attempts: 1}")
        proxy = web.proxy.replace("//", "//ann:s3cretpass@")
        done = citenote("run", RECORDED_ID, folder=folder, MY_PROXY=proxy, **web.variables())
        assert done.returncode == 1
        assert "YouTube refuses this network" in done.stderr
    down = citenote("run", RECORDED_ID, "--fresh", folder=folder, MY_PROXY=proxy.replace("MY", ""), **web.variables())
    told = done.stdout + done.stderr + down.stdout + down.stderr
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert "s3cretpass" not in told
    assert not any(b"s3cretpass" in content for content in files)
