import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.library.paths import path_to_text, text_to_path
from drumlin.library.words import phrase, split_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("KSHMR_Snr_07_FINAL2", ("kshmr", "snr", "07", "final", "2")),
        ("HiHat-Closed", ("hi", "hat", "closed")),
        ("808Kick", ("808", "kick")),
        ("Caisse Claire Étouffée", ("caisse", "claire", "etouffee")),
        ("BDrum", ("b", "drum")),
        ("---", ()),
    ],
)
def test_names_fall_into_words(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


@given(st.text())
def test_words_of_words_are_themselves(text: str) -> None:
    words = split_words(text)
    assert split_words(" ".join(words)) == words
    assert phrase(phrase(text)) == phrase(text)


@given(st.binary(min_size=1).filter(lambda data: b"\0" not in data))
def test_any_name_survives_as_text(data: bytes) -> None:
    path = data.decode("utf-8", "surrogateescape")
    text = path_to_text(path)
    assert text_to_path(text) == path
    text.encode("utf-8")  # no lone surrogate is left
