"""Which tags the words of a name speak of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import Connection, select

from .tables import synonyms
from .vocabulary import import_confidence
from .words import split_words

_TOLD_KEYS = frozenset({"title", "genre", "keywords", "comment", "subject", "album", "label", "tag"})
"""Keys whose values may speak of the sound; an artist's name or a software's does not."""

_MOST_WORDS = 3


@dataclass(frozen=True)
class Match:
    """A tag that a file speaks of: how sure, and why in a few words."""

    tag_id: int
    confidence: float
    why: str


def load_phrases(connection: Connection) -> dict[tuple[str, ...], int]:
    """Return the tag of each phrase, by its words."""
    rows = connection.execute(select(synonyms.c.phrase, synonyms.c.tag_id))
    return {tuple(row.phrase.split(" ")): row.tag_id for row in rows}


def find_phrases(words: Sequence[str], phrases: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """Return the phrases among some words with their tags; a longer one hides those within it."""
    found: dict[tuple[str, ...], int] = {}
    position = 0
    while position < len(words):
        for size in range(min(_MOST_WORDS, len(words) - position), 0, -1):
            candidate = tuple(words[position : position + size])
            if candidate in phrases:
                found[candidate] = phrases[candidate]
                position += size - 1
                break
        position += 1
    return found


def match_file(
    path: str, told: Iterable[tuple[str, str, str]], phrases: Mapping[tuple[str, ...], int]
) -> dict[int, Match]:
    """Return the tags that a file speaks of, each as sure as its surest source.

    Args:
        path: the name of the root, then what is relative to it, with `/`.
        told: source, key and value of what the file says.
        phrases: from `load_phrases`.
    """
    matches: dict[int, Match] = {}
    for source, text in _texts(path, told):
        for words, tag_id in find_phrases(split_words(text), phrases).items():
            word = " ".join(words)
            match = Match(tag_id, import_confidence(source, word), f"{source}: {word}")
            if tag_id not in matches or match.confidence > matches[tag_id].confidence:
                matches[tag_id] = match
    return matches


def words_of(path: str, told: Iterable[tuple[str, str, str]]) -> set[str]:
    """Return all words by which a file is found: of its path and of what it says."""
    words = set(split_words(path))
    for _, _, value in told:
        words.update(split_words(value))
    return words


def _texts(path: str, told: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    parts = PurePosixPath(path)
    texts = [("name", parts.stem), *(("folder", folder) for folder in parts.parts[:-1])]
    return texts + [(source, value) for source, key, value in told if key in _TOLD_KEYS]
