from pathlib import Path

from drumlin.datasets import Refused, Sample, Settings, Summary
from drumlin.datasets.report import format_report


def _summary(**changes: object) -> Summary:
    samples = (
        Sample("a|b.wav", "0", "train", label="kick", source="pack", licence="CC0-1.0", cluster=0),
        Sample("c.wav", "1", "test", label="kick", source="pack", licence="CC0-1.0", cluster=0),
        Sample("`d`\n.wav", "2", "train", cluster=1),
    )
    values: dict[str, object] = {
        "folder": Path("out"),
        "samples": samples,
        "refused": (Refused("bad.wav", "the sound is silent"),),
        "settings": Settings(),
        "split_method": "manifest",
        "straddling": (0,),
        "file_count": 4,
        "reused_count": 0,
        "is_complete": True,
        "seconds": 1.0,
    }
    return Summary(**(values | changes))  # type: ignore[arg-type]


def test_the_report_counts_and_names() -> None:
    text = format_report(_summary(), ["pack"])
    assert "| kick | 1 | 0 | 1 |" in text
    assert "| **all** | 2 | 0 | 1 |" in text
    assert "- `bad.wav`: the sound is silent" in text
    assert "- `a\\|b.wav`, `c.wav` (in more than one split)" in text
    assert "| pack | CC0-1.0 | 2 |" in text


def test_notes_say_what_a_user_should_know() -> None:
    assert any("in more than one split" in note for note in _summary().notes())
    assert any("No sound is in valid" in note for note in _summary().notes())
    assert any("fewer than three kits" in note for note in _summary(split_method="cluster").notes())
    assert any("run the same command again" in note for note in _summary(is_complete=False).notes())


def test_long_lists_are_cut() -> None:
    refused = tuple(Refused(f"{number}.wav", "no") for number in range(500))
    text = format_report(_summary(refused=refused), ["pack"])
    assert "and 300 more" in text
    assert "`499.wav`" not in text


def test_the_summary_is_plain_data() -> None:
    content = _summary().as_dict()
    assert content["splits"] == {"train": 2, "valid": 0, "test": 1}
    assert content["refused"] == [{"path": "bad.wav", "reason": "the sound is silent"}]
    assert content["near_duplicates"] == {"clusters": 1, "straddling": 1}
