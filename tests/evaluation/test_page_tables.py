import pytest

from drumlin.evaluation.page_tables import Column, look_up, table, written

KID = Column(("a", "kid"), "KID", digits=2, better="low", whisker=True)


def row(value: float | None, low: float = 0.0, high: float = 1.0) -> dict[str, object]:
    return {"a": {"kid": None if value is None else {"value": value, "low": low, "high": high}}}


def test_number_stands_above_its_interval() -> None:
    assert written({"value": 0.5, "low": 0.25, "high": 1.0}, KID) == "0.50<small>0.25 … 1.00</small>"


@pytest.mark.parametrize(("number", "text"), [(-0.001, "0.00"), (-1.5, "\N{MINUS SIGN}1.50"), (None, "\N{EN DASH}")])
def test_number_is_written_as_people_do(number: float | None, text: str) -> None:
    assert written(number, KID) == text


def test_share_is_written_in_per_cent() -> None:
    assert written(0.125, Column(("x",), "Share", digits=1, percent=True)) == "12.5"


def test_best_instrument_is_marked_and_never_the_real_row() -> None:
    found = table({"real": row(0.1), "good": row(0.2), "bad": row(0.9)}, [KID])
    lines = found.split("<tr")
    assert ['class="best"' in line for line in lines if "scope" in line] == [False, True, False]


def test_column_without_numbers_is_left_out() -> None:
    found = table({"one": row(0.2)}, [KID, Column(("b",), "Never measured")])
    assert "Never measured" not in found
    assert table({"one": row(None)}, [KID]) == '<p class="soft">Not measured.</p>'


def test_names_are_text_and_not_markup() -> None:
    assert "<b>" not in table({"<b>x</b>": row(0.5)}, [KID])


def test_nothing_is_found_below_a_number() -> None:
    assert look_up({"a": 1.0}, ("a", "kid")) is None
