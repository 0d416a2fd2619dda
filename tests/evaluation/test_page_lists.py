from typing import Any

from drumlin.evaluation.page_lists import MOST_CONFUSIONS, confusions, examples, pairs


def row(**content: Any) -> dict[str, Any]:
    return {"<x>": {"files": "files/1", **content}}


def test_pair_can_be_heard_and_its_file_read() -> None:
    pair = {"distance_db": 3.017, "label": "kick", "made": "a.flac", "learned": "b.flac", "path": "a/<b>.wav"}
    found = pairs(row(originality={"pairs": [pair]}))
    assert 'data-sound="files/1/a.flac">kick' in found
    assert 'data-sound="files/1/b.flac">learned' in found
    assert "3.02 dB" in found
    assert "<b>" not in found
    assert "<x>" not in found


def test_defects_without_sounds_are_not_listed() -> None:
    assert examples(row(defects={"examples": {}})) == ""
    assert examples(row(defects={})) == ""


def test_each_sound_with_a_defect_has_a_button() -> None:
    found = examples(row(defects={"examples": {"comb": ["comb-01.flac", "comb-02.flac"]}}))
    assert found.count("<button") == 2
    assert "Comb lines" in found


def test_only_the_most_frequent_confusions_are_told() -> None:
    wrong = [{"asked": f"a{index}", "called": "b", "count": 50 - index} for index in range(30)]
    found = confusions(row(recognition={"confusions": wrong}))
    assert found.count(" for b (") == MOST_CONFUSIONS
    assert confusions(row(recognition={"confusions": []})) == ""
