import drumlin.library as library


def test_every_public_name_is_there() -> None:
    assert sorted(library.__all__) == library.__all__ == sorted(library._HOMES)
    assert all(getattr(library, name) is not None for name in library.__all__)


def test_other_names_are_not() -> None:
    assert not hasattr(library, "sort_everything")
