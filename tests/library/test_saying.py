"""Edits of tags are said back exactly, whatever was said before."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.library.sounds import write_drums

from drumlin.errors import MissingError
from drumlin.library import Assignment, Library, Saying

COUNT = 5
NAMES = {f"kick_{seed}.wav": ("kick", seed) for seed in range(COUNT)}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("saying")
    write_drums(root / "sounds", NAMES)
    library = Library(root / "library")
    library.add(root / "sounds")
    library.scan()
    return library


def said(library: Library) -> list[list[Assignment]]:
    return [said for _, said in library.describe(library.list_ids())]


sayings = st.lists(
    st.builds(
        Saying,
        tag=st.sampled_from(["kick", "punchy", "Long Gone"]),
        ids=st.lists(st.integers(1, COUNT), max_size=6).map(tuple),
        word=st.sampled_from(["yes", "no", "open"]),
    ),
    max_size=5,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=sayings, second=sayings)
def test_what_is_said_back_leaves_everything_as_it_was(
    library: Library, first: list[Saying], second: list[Saying]
) -> None:
    library.say(first)
    before = said(library)
    back = library.say(second)
    after = said(library)
    forth = library.say(back)
    assert said(library) == before
    library.say(forth)
    assert said(library) == after


def test_an_unknown_sound_leaves_all_as_it_was(library: Library) -> None:
    before = said(library)
    with pytest.raises(MissingError, match="99"):
        library.say([Saying("kick", (1,), "no"), Saying("kick", (99,), "no")])
    assert said(library) == before


def test_judging_twice_leaves_one_verdict(library: Library) -> None:
    ids = library.list_ids()
    library.judge(ids, "kept")
    library.judge(ids[:2], "rejected")
    assert library.list_ids("tag:rejected") == ids[:2]
    assert library.list_ids("tag:kept") == ids[2:]
    library.judge(ids, "open")
    assert library.list_ids("tag:triage") == []


def test_a_list_of_all_that_is_found_goes_by_path(library: Library) -> None:
    names = [found.paths[0].name for found, _ in library.describe(library.list_ids("kick"))]
    assert names == sorted(NAMES)
