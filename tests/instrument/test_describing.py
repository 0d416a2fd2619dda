import json

from drumlin.instrument import Instrument, describe


def test_description_is_json_and_counts_labels(tones: Instrument) -> None:
    content = json.loads(json.dumps(describe(tones), allow_nan=False))
    assert content["labels"] == {"hat": 4, "kick": 4, "snare": 4}
    assert content["sha256"] == tones.sha256
    assert [control["name"] for control in content["controls"]] == ["pitch", "length", "velocity"]
