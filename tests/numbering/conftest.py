"""Properties are about results; a deadline per example would only fail on a busy machine."""

from hypothesis import settings

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
