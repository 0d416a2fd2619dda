"""Names as words: how the library reads `KSHMR_Snr_07_FINAL2.wav`, in the catalogue and in a search alike.

Words are plain: compatibility forms resolved, accents dropped, case folded. A change of case and a change between
letters and digits end a word, as every other sign does.
"""

import re
import unicodedata

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a name.

    Example: `split_words("KSHMR_Snr_07_FINAL2") == ("kshmr", "snr", "07", "final", "2")`
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return tuple(word.casefold() for word in _WORD.findall(plain))


def phrase(text: str) -> str:
    """Return a name's words with one space between: how synonyms are kept and compared."""
    return " ".join(split_words(text))
