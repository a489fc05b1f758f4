"""The embedded default: an outline without a model, deterministic, in any language."""
