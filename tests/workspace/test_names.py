from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.workspace.names import LONGEST, file_name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("My kit: v2/final", "My kit v2 final"),
        ("  a  b  ", "a b"),
        ("../../etc/passwd", "etc passwd"),
        ("con", "con_"),
        ("LPT1.tar", "LPT1.tar_"),
        ("", "kit"),
        ("...", "kit"),
        ("\x00\n\u202e", "kit"),
        ("Ünder", "Ünder"),
    ],
)
def test_words_become_a_name_that_every_system_takes(words: str, name: str) -> None:
    assert file_name(words, "kit") == name


@given(st.text())
def test_a_name_is_one_part_of_a_path_and_stays_as_it_is(words: str) -> None:
    name = file_name(words, "kit")
    assert Path(name).name == name
    assert 0 < len(name) <= LONGEST + 1
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name == name.strip(" .")
    name.encode("utf-8")
