from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.instruments import decode_graph, make_instrument, map_graph

from drumlin.errors import InstrumentError, InstrumentUnsafeError
from drumlin.instrument import load
from drumlin.instrument.verifying import is_verified
from drumlin.provenance import hash_file


def test_equal_content_gives_an_equal_file(tmp_path: Path) -> None:
    one, two = make_instrument(tmp_path / "one.drumlin"), make_instrument(tmp_path / "two.drumlin")
    assert one.read_bytes() == two.read_bytes()


def test_saved_file_counts_as_verified(tmp_path: Path) -> None:
    path = make_instrument(tmp_path / "a.drumlin")
    assert is_verified(hash_file(path))
    assert load(path).sha256 == hash_file(path)


def test_file_tells_no_names_unless_given(tmp_path: Path) -> None:
    assert load(make_instrument(tmp_path / "a.drumlin", points=1)).points.names is None
    named = make_instrument(tmp_path / "b.drumlin", points=1, names=["my snare"])
    assert load(named).points.names == ("my snare",)


@pytest.mark.parametrize(
    "changes",
    [
        {"latents": np.zeros((12, 3))},
        {"latents": np.zeros((11, 2))},
        {"latents": np.full((12, 2), np.nan)},
        {"places": np.full((12, 2), 1.01)},
        {"labels": ["kick"]},
        {"name": ""},
        {"play_start_s": 9.0},
        {"length": 44100},
        {"names": ["one"]},
        {"alignment": {"kind": "middle"}},
        {"metrics": {"loss": float("nan")}},
        {"graphs": {"decode": decode_graph()}},
        {"graphs": {"decode": b"no graph", "map": map_graph()}},
    ],
)
def test_what_does_not_fit_together_is_not_saved(tmp_path: Path, changes: dict[str, Any]) -> None:
    content = {"graphs": {"decode": decode_graph(), "map": map_graph()}} | changes
    with pytest.raises(InstrumentError):
        make_instrument(tmp_path / "a.drumlin", **content)
    assert not list(tmp_path.iterdir())


def test_dangerous_graph_is_not_saved(tmp_path: Path) -> None:
    graphs = {"decode": decode_graph(latent_size=3), "map": map_graph()}
    with pytest.raises(InstrumentUnsafeError, match="graph decode"):
        make_instrument(tmp_path / "a.drumlin", graphs=graphs)
