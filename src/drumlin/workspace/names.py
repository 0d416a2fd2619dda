"""Names that come from people, made safe to be file names on every system."""

import re
import unicodedata

LONGEST = 60
"""Characters of a name: leaves room for endings and numbers in the 255 bytes that file systems allow."""

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def file_name(words: str, fallback: str) -> str:
    """Return words as a file name without ending: no separators, no reserved names, never empty.

    Example: `file_name("My kit: v2/final", "kit") == "My kit v2 final"`
    """
    text = unicodedata.normalize("NFC", words)
    text = "".join(character if _is_plain(character) else " " for character in text)
    text = re.sub(r"\s+", " ", text).strip(" .")[:LONGEST].strip(" .")
    if not text:
        return fallback
    return f"{text}_" if text.split(".")[0].strip().lower() in _RESERVED else text


def _is_plain(character: str) -> bool:
    return character == " " or (character not in '<>:"/\\|?*' and unicodedata.category(character)[0] not in "CZ")
