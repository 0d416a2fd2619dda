import hashlib
import os
import subprocess
import sys
from itertools import pairwise

import pytest
from tests.composing.timelines import one, piece, strict

from drumlin.composing import Score, ScoreNote, load_dictionary
from drumlin.composing.rules import check_score

ROCK = "rock_indie_hopeful"


def drums(score: Score) -> list[ScoreNote]:
    return [note for region in score.regions for note in region.notes if note.drum]


def pitched(score: Score) -> list[ScoreNote]:
    return [note for region in score.regions for note in region.notes if note.pitch is not None]


def test_the_same_timeline_is_the_same_piece() -> None:
    assert piece(one(ROCK)).score == piece(one(ROCK)).score


@pytest.mark.parametrize("salt", ["0", "1"])
def test_all_styles_are_the_same_in_another_process(salt: str) -> None:
    styles = sorted(load_dictionary())[::11]
    told = hashlib.sha256(repr([piece(one(style)).score for style in styles]).encode()).hexdigest()
    code = (
        "import hashlib; from tests.composing.timelines import one, piece;"
        f"print(hashlib.sha256(repr([piece(one(style)).score for style in {styles}]).encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": salt, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert found.stdout.strip() == told


def test_another_seed_is_another_piece() -> None:
    assert piece(one(ROCK, seed=1)).score != piece(one(ROCK, seed=2)).score


@pytest.mark.parametrize("descriptor", [ROCK, "hiphop_boombap_steady", "percussion_savanna_playful"])
def test_drums_do_not_change_with_the_key(descriptor: str) -> None:
    settings = {"tempo_bpm": 100, "meter": "4/4"}
    first = piece(one(descriptor, key={"tonic": "A", "mode": "dorian"}, **settings)).score
    second = piece(one(descriptor, key={"tonic": "Eb", "mode": "ionian"}, **settings)).score
    assert drums(first) == drums(second)
    assert pitched(first) != pitched(second)


def test_another_take_of_the_harmony_leaves_the_drums() -> None:
    first, second = piece(one(ROCK)).score, piece(one(ROCK, takes={"harmony": 1})).score
    assert drums(first) == drums(second)
    assert pitched(first) != pitched(second)


def test_another_take_of_the_drums_leaves_the_chords() -> None:
    first, second = piece(one(ROCK)), piece(one(ROCK, takes={"drums": 1}))
    assert drums(first.score) != drums(second.score)
    assert first.works["r1"].chords == second.works["r1"].chords


def test_a_region_leaves_the_others_alone() -> None:
    one_region = {"id": "a", "start_s": 0, "end_s": 20, "descriptor": ROCK}
    first = piece(strict(one_region, {"id": "b", "start_s": 20, "descriptor": "ambient_drift_tender"}, duration_s=40))
    second = piece(strict(one_region, {"id": "b", "start_s": 20, "descriptor": "hiphop_trap_furious"}, duration_s=40))
    assert first.score.regions[0].notes == second.score.regions[0].notes


def test_layers_grow_from_intro_over_outro_to_climax() -> None:
    plan = piece(one(ROCK, duration_s=60.0)).works["r1"].plan
    players = {bar.function: bar.players for bar in plan.bars}
    assert players["intro"] < players["outro"] < players["climax"] == len(plan.players)


def test_builds_grow() -> None:
    plan = piece(one("electronic_house_playful", duration_s=180.0)).works["r1"].plan
    builds = [bar for bar in plan.bars if bar.function == "build"]
    assert all(bar.energy <= plan.descriptor.energy for bar in plan.bars)
    assert all(before.energy < after.energy for before, after in pairwise(builds) if after.index == before.index + 1)


def test_the_last_notes_ring_to_the_end() -> None:
    composition = piece(one(ROCK))
    region = composition.timeline.regions[0]
    assert region.ring_out_at_s is not None
    last = [note for note in pitched(composition.score) if note.onset_s > region.ring_out_at_s - 0.05]
    assert len(last) >= 3
    assert max(note.onset_s + note.duration_s for note in last) == pytest.approx(30.0, abs=0.5)
    assert max(note.onset_s for note in last) < region.ring_out_at_s + 0.1


def test_a_cut_region_plays_to_its_end() -> None:
    composition = piece(one(ROCK, end="cut"))
    assert max(note.onset_s for note in drums(composition.score)) > 28.5


def test_a_hit_falls_where_it_was_asked_for() -> None:
    hits = [{"at_s": 11.25, "instrument": "hit_boom"}, {"at_s": 12, "instrument": "crash"}]
    score = piece(strict({"start_s": 0, "descriptor": "ambient_drift_tender"}, hits=hits)).score
    assert [note.onset_s for note in score.regions[0].notes if note.onset_s in (11.25, 12.0)] == [11.25, 12.0]


@pytest.mark.parametrize("meter", ["2/4", "3/4", "5/4", "6/8", "7/8", "12/8"])
@pytest.mark.parametrize("descriptor", [ROCK, "electronic_house_steady", "folk_dance_playful"])
def test_every_style_can_be_played_in_every_meter(descriptor: str, meter: str) -> None:
    assert check_score(piece(one(descriptor, meter=meter))) == []


def test_short_regions_are_played_as_well() -> None:
    for duration_s in (0.3, 1.0, 2.7, 5.1):
        assert check_score(piece(one(ROCK, duration_s=duration_s, tempo_bpm=97))) == []


def test_momentum_is_heard_as_density() -> None:
    dictionary = load_dictionary()
    for calm, busy in [
        ("hiphop_boombap_grim", "hiphop_boombap_playful"),
        ("folk_acoustic_mournful", "folk_acoustic_hopeful"),
    ]:
        assert dictionary[calm].momentum < dictionary[busy].momentum
        counts = [sum(len(drums(piece(one(name, seed=seed)).score)) for seed in range(8)) for name in (calm, busy)]
        assert counts[0] < counts[1]
