"""For all tests: hypothesis measures no time, because machines are noisy."""

from hypothesis import settings

settings.register_profile("citenote", deadline=None)
settings.load_profile("citenote")
