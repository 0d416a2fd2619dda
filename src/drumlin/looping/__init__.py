"""From a track that was heard to a new piece along its form, and back: heard again and scored. See docs/looping.md."""

from .guessing import guess_timeline

__all__ = ["guess_timeline"]
