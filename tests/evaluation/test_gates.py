from typing import Any

import pytest

from drumlin.evaluation.gates import judge_gates


def interval(value: float, reach: float = 0.1) -> dict[str, float]:
    return {"value": value, "low": value - reach, "high": value + reach}


def row(**changes: Any) -> dict[str, Any]:
    shares = {name: interval(0.0) for name in ("click_start", "click_end", "tail", "comb")}
    content = {
        "defects": {"count": 1000, "shares": shares},
        "returning": {"count": 20, "returned": interval(1.0), "distance_max": 0.01},
        "reconstruction": {"log_mel_db": interval(5.0), "attack_median_ms": interval(0.5)},
        "refined": {"count": 48, "log_mel_db": interval(4.8), "encoder_log_mel_db": interval(5.4)},
        "plane": {"ratio": 3.0, "cells": {"good": 0.9}},
        "recognition": {"families": {"kick": interval(0.9)}},
        "sliders": {"scores": {"decay": {"spearman": 0.95, "worst_leakage": 0.2, "family_kept": 1.0}}},
    }
    return content | changes


def report(made: dict[str, Any] | None = None, kid: float = 0.2, other_kid: float = 2.0) -> dict[str, Any]:
    near = {"density": interval(0.9), "coverage": interval(0.9)}
    rows = {"real": {"kid": interval(0.2), **near}, "good": {"kid": interval(kid), **near}, "base": {}}
    difference = {"of": "good", "to": "base", "kid": interval(kid - other_kid)}
    worse = row(reconstruction={"log_mel_db": interval(9.0), "attack_median_ms": None})
    return {
        "instruments": [{"name": "good"}, {"name": "base"}],
        "rows": {"real": row(), "good": made or row(), "base": worse},
        "distribution": {name: {"rows": rows, "differences": [difference]} for name in ("a", "b", "c")},
    }


def missed(content: dict[str, Any]) -> list[str]:
    return [gate["name"] for gate in judge_gates(content) if gate["is_met"] is False]


def test_good_instrument_meets_every_gate() -> None:
    assert missed(report()) == []
    assert len(judge_gates(report())) > 10


@pytest.mark.parametrize(
    ("defect", "gate"),
    [
        ("click_start", "No click at the start"),
        ("tail", "Tail at or below \N{MINUS SIGN}70 dB"),
        ("comb", "No comb lines"),
    ],
)
def test_one_defect_in_a_thousand_is_one_too_many(defect: str, gate: str) -> None:
    shares = row()["defects"]["shares"] | {defect: interval(0.001)}
    assert missed(report(row(defects={"count": 1000, "shares": shares}))) == [gate]


def test_combs_are_allowed_as_far_as_real_sounds_are_accused_of_them() -> None:
    content = report(row(defects={"count": 1000, "shares": row()["defects"]["shares"] | {"comb": interval(0.01)}}))
    content["rows"]["real"]["defects"]["shares"]["comb"] = interval(0.02)
    assert missed(content) == []


def test_distance_must_be_near_that_of_real_kits() -> None:
    assert missed(report(kid=0.31)) == ["Kernel distance against that of real kits"]


def test_baseline_that_is_as_near_is_not_beaten() -> None:
    assert missed(report(other_kid=0.25)) == ["Kernel distance below base"]


def test_error_is_held_against_the_number_and_against_the_baselines() -> None:
    found = missed(report(row(reconstruction={"log_mel_db": interval(8.0), "attack_median_ms": interval(2.0)})))
    assert found == ["Log-mel error of unseen sounds", "Log-mel error against baselines", "Attack time, median error"]


def test_refined_sounds_must_be_nearer_than_the_encoder_alone_must_come() -> None:
    found = row()["refined"] | {"log_mel_db": interval(5.2)}
    assert missed(report(row(refined=found))) == ["Log-mel error of unseen sounds, refined"]


def test_refined_error_stands_beside_the_encoders_on_the_same_sounds() -> None:
    (gate,) = [gate for gate in judge_gates(report()) if gate["name"].endswith(", refined")]
    assert gate["found"] == "4.80 dB; 5.40 dB by the encoder, on the same 48 sounds"


def test_family_may_be_called_less_often_than_real_ones_within_its_interval() -> None:
    assert missed(report(row(recognition={"families": {"kick": interval(0.85)}}))) == []
    assert missed(report(row(recognition={"families": {"kick": interval(0.7)}}))) == ["Recognised"]


def test_slider_that_follows_but_takes_others_along_is_named() -> None:
    score = {"spearman": 0.95, "worst_leakage": 0.9, "family_kept": None}
    assert missed(report(row(sliders={"scores": {"decay": score}}))) == ["Slider decay: leakage"]


@pytest.mark.parametrize(("kept", "expected"), [(0.91, []), (0.89, ["Slider decay: family kept"])])
def test_family_is_kept_at_nine_places_in_ten(kept: float, expected: list[str]) -> None:
    score = {"spearman": 0.95, "worst_leakage": 0.2, "family_kept": kept}
    assert missed(report(row(sliders={"scores": {"decay": score}}))) == expected


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    gates = judge_gates(report(row(recognition={"count": 0}, refined=None)))
    unknown = [gate["name"] for gate in gates if gate["is_met"] is None]
    assert unknown == ["Recognised", "Log-mel error of unseen sounds, refined"]
