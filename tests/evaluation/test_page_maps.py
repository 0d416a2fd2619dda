import re

from drumlin.evaluation.families import FAMILIES
from drumlin.evaluation.page_maps import COLOURS, draw_map, planes


def test_first_cell_lies_at_the_bottom_left() -> None:
    drawn = draw_map(["kick", "snare", "", "tom"])
    assert re.findall(r'x="(\d)" y="(\d)"', drawn) == [("0", "1"), ("1", "1"), ("0", "0"), ("1", "0")]
    assert drawn.index(COLOURS["kick"]) < drawn.index(COLOURS["snare"]) < drawn.index(COLOURS["tom"])


def test_every_family_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == set(FAMILIES)
    assert len(set(COLOURS.values())) == len(FAMILIES)


def test_only_instruments_have_maps() -> None:
    rows = {"real": {}, "<one>": {"plane": {"cells": {"families": ["kick"] * 4}}}}
    found = planes(rows)
    assert found.count("<svg") == 1
    assert "&lt;one&gt;" in found
    assert planes({"real": {}}) == ""
