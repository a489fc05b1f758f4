"""For all tests: hypothesis measures no time, because machines are noisy."""

import signal

import pytest
from hypothesis import settings

settings.register_profile("citenote", deadline=None)
settings.load_profile("citenote")


def pytest_configure(config: pytest.Config) -> None:
    """Tests with a real model take minutes and need its weights: they run where they are asked for."""
    config.addinivalue_line("markers", "model: asks a real model; `make test-model` runs these and nothing else does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves them out unless -m names them."""
    if "model" in str(config.getoption("markexpr")):
        return
    asked = [item for item in items if item.get_closest_marker("model")]
    if asked:
        config.hook.pytest_deselected(items=asked)
        items[:] = [item for item in items if item not in asked]


# Whoever starts the tests in the background may have Ctrl-C ignored; every command that they start would inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
