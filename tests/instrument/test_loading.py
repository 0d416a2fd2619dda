import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.instruments import LENGTH, make_instrument

import drumlin
from drumlin.errors import DrumlinError, InstrumentCheckError, InstrumentError, InstrumentUnsafeError
from drumlin.errors import InstrumentVersionError as VersionError
from drumlin.instrument import default_instrument, load, verify
from drumlin.instrument.archive import CHECK, MANIFEST, pack, unpack
from drumlin.instrument.points import pack_arrays
from drumlin.instrument.verifying import cache_folder, is_verified
from drumlin.provenance import hash_bytes, hash_file


def test_first_load_verifies_and_remembers(tones_file: Path) -> None:
    digest = hash_file(tones_file)
    assert not is_verified(digest)
    assert load(tones_file).sha256 == digest
    assert is_verified(digest)


def test_cache_that_cannot_be_written_costs_nothing_but_time(
    tones_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("DRUMLIN_CACHE", str(blocked))
    assert load(tones_file).name == "Test tones"


def test_cache_lies_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DRUMLIN_CACHE", str(tmp_path))
    assert cache_folder().parent == tmp_path


def test_names_of_the_package_load(tones_file: Path) -> None:
    assert drumlin.load(tones_file, verify=False).at(0, 0).shape == (LENGTH,)


def changed(path: Path, tones_file: Path, **members: bytes) -> Path:
    names = {"manifest": MANIFEST, "check": CHECK, "decode": "graphs/decode.onnx"}
    path.write_bytes(pack(unpack(tones_file.read_bytes()) | {names[key]: data for key, data in members.items()}))
    return path


def manifest_with(tones_file: Path, **changes: object) -> bytes:
    return json.dumps(json.loads(unpack(tones_file.read_bytes())[MANIFEST]) | changes).encode()


def test_unknown_version_is_refused_by_name(tmp_path: Path, tones_file: Path) -> None:
    path = changed(tmp_path / "new.drumlin", tones_file, manifest=manifest_with(tones_file, version=7))
    with pytest.raises(VersionError, match=r"new\.drumlin: format version 7"):
        load(path)


def test_other_check_sound_is_an_error(tmp_path: Path, tones_file: Path) -> None:
    from safetensors.numpy import load as read_arrays

    pair = read_arrays(unpack(tones_file.read_bytes())[CHECK])
    pair["waveform"][0, 100] += 0.01
    path = changed(tmp_path / "off.drumlin", tones_file, check=pack_arrays(pair))
    with pytest.raises(InstrumentCheckError, match=r"off\.drumlin.*decode"):
        load(path)


def test_swapped_graph_is_an_error(tmp_path: Path, tones_file: Path) -> None:
    path = changed(tmp_path / "swapped.drumlin", tones_file, decode=b"something else")
    with pytest.raises(InstrumentError, match="decode"):
        load(path)


def test_dangerous_graph_is_refused_at_first_load(tmp_path: Path, tones_file: Path) -> None:
    graph = b"no model at all"
    graphs = json.loads(unpack(tones_file.read_bytes())[MANIFEST])["graphs"] | {"decode": hash_bytes(graph)}
    manifest = manifest_with(tones_file, graphs=graphs)
    path = changed(tmp_path / "evil.drumlin", tones_file, decode=graph, manifest=manifest)
    with pytest.raises(InstrumentUnsafeError, match="decode"):
        load(path)


def test_check_that_takes_too_long_is_refused(tones_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumlin.instrument.verifying.TIME_LIMIT_S", 0.01)
    with pytest.raises(InstrumentUnsafeError, match="took more than"):
        verify(tones_file)


def test_checking_process_that_dies_is_a_refusal(tones_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumlin.instrument.verifying.sys.executable", "/bin/false")
    with pytest.raises(InstrumentUnsafeError, match="stopped the process"):
        verify(tones_file)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_file_raises_nothing_but_our_errors(tones_file: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = tones_file.read_bytes()
    graphs_end = whole.rindex(b"PK\x01\x02")
    near = st.integers(0, 3000) | st.integers(graphs_end - 500, len(whole) - 1) | st.integers(0, len(whole) - 1)
    broken = bytearray(whole)
    for position in data.draw(st.lists(near, min_size=1, max_size=4)):
        broken[position] ^= data.draw(st.integers(1, 255))
    if data.draw(st.booleans()):
        del broken[data.draw(near) :]
    path = tmp_path / "broken.drumlin"
    path.write_bytes(bytes(broken))
    try:  # a flipped bit in a field that nobody reads is no damage
        load(path, verify=False)
    except DrumlinError as error:
        assert str(error)


def test_missing_default_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("drumlin.instrument.loading.DEFAULT_PATH", tmp_path / "none.drumlin")
    with pytest.raises(InstrumentError, match="no built-in instrument"):
        default_instrument()


def test_default_is_trusted_as_part_of_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = make_instrument(tmp_path / "default.drumlin")
    monkeypatch.setattr("drumlin.instrument.loading.DEFAULT_PATH", path)
    monkeypatch.setattr("drumlin.instrument.loading.verify_file", lambda path: pytest.fail("checked"))
    assert default_instrument().at(0, 0).any()


def test_playing_loads_nothing_heavy(tones_file: Path) -> None:
    code = (
        f"import sys, drumlin; drumlin.load({str(tones_file)!r}, verify=False).at(0, 0)\n"
        "print([name for name in ('torch', 'onnx', 'scipy.signal', 'librosa', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
