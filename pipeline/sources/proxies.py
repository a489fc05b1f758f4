"""The proxy that requests to YouTube leave by. Its secrets come from the environment and go nowhere else."""

import os
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from youtube_transcript_api.proxies import GenericProxyConfig, ProxyConfig, WebshareProxyConfig

from pipeline.errors import SettingsError
from pipeline.values.sourcing import WebshareProxy, YouTubeSettings

PROXY_REMEDY = (
    "Write youtube.proxy as http://host:port, or name a variable with it in youtube.proxy_env; socks5:// needs PySocks."
)
_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


class RotatingProxyConfig(GenericProxyConfig):
    """A proxy with another address for each connection: none is kept open, and a refused request is sent again."""

    def __init__(self, url: str, retries: int) -> None:
        super().__init__(http_url=url, https_url=url)
        self._retries = retries

    @property
    def prevent_keeping_connections_alive(self) -> bool:
        """An open connection would keep its address."""
        return True

    @property
    def retries_when_blocked(self) -> int:
        """How often a refused request is sent again."""
        return self._retries


def proxy_of(settings: YouTubeSettings, environment: Mapping[str, str] | None = None) -> ProxyConfig | None:
    """The client's description of the proxy that is set; None for the network's own way out.

    Raises:
        SettingsError: it is no address, a variable that it needs is not set, or a password stands in the settings.
    """
    variables = os.environ if environment is None else environment
    if settings.webshare:
        return _webshare(settings.webshare, settings.proxy_retries, variables)
    url = _from(variables, settings.proxy_env, "youtube.proxy_env") if settings.proxy_env else settings.proxy
    if not url:
        return None
    where = f"the variable {settings.proxy_env}" if settings.proxy_env else "youtube.proxy"
    _expect_address(url, where, secret=bool(settings.proxy_env))
    return RotatingProxyConfig(url, settings.proxy_retries) if settings.proxy_retries else GenericProxyConfig(url, url)


def _webshare(wanted: WebshareProxy, retries: int, variables: Mapping[str, str]) -> ProxyConfig:
    # the client puts both into an address as they are
    user = quote(_from(variables, wanted.user_env, "youtube.webshare.user_env"), safe="")
    password = quote(_from(variables, wanted.password_env, "youtube.webshare.password_env"), safe="")
    return WebshareProxyConfig(
        user,
        password,
        filter_ip_locations=list(wanted.locations),
        retries_when_blocked=retries,
        domain_name=wanted.host,
        proxy_port=wanted.port,
    )


def _from(variables: Mapping[str, str], name: str, setting: str) -> str:
    value = variables.get(name, "").strip()
    if not value:
        raise SettingsError(
            f"the variable {name}, which {setting} names, is not set", remedy=f"Set {name}, or name another variable."
        )
    return value


def _expect_address(url: str, where: str, *, secret: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = None, None
    if parts is None or not host or parts.scheme not in _SCHEMES:
        raise SettingsError(
            f"{where}: no address of a proxy",
            remedy=PROXY_REMEDY,
        )
    if parts.password and not secret:
        raise SettingsError(
            f"{where}: a password does not belong into the settings",
            remedy="Put the whole address into a variable of the environment and name that in youtube.proxy_env.",
        )
