import io

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import kick

from drumlin.audio import Chunk, encode_wav, format_chunks, list_chunks, parse_chunks, read_chunk, replace_chunk
from drumlin.errors import AudioReadError

_names = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=4, max_size=4)
_chunks = st.lists(st.builds(Chunk, _names, st.binary(max_size=9)), max_size=5)


@given(_chunks)
def test_chunks_survive_writing_and_reading(chunks: list[Chunk]) -> None:
    assert parse_chunks(format_chunks(chunks)) == chunks


def test_chunks_of_a_written_wav_do_not_disturb_its_sound() -> None:
    data = encode_wav(kick(0), 44100, encoding="32f", chunks=[Chunk("drml", b"odd"), Chunk("smpl", bytes(36))])
    points, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert (rate, points.tolist()) == (44100, kick(0).tolist())
    assert list_chunks(data) == ["fmt ", "fact", "data", "drml", "smpl"]
    assert read_chunk(data, "drml") == b"odd"
    assert read_chunk(data, "none") is None


def test_replacing_one_chunk_keeps_all_others() -> None:
    data = encode_wav(kick(0), 44100, chunks=[Chunk("bext", b"12"), Chunk("drml", b"old")])
    changed = replace_chunk(data, Chunk("drml", b"newer"))
    kept = [chunk for chunk in parse_chunks(data) if chunk.name != "drml"]
    assert parse_chunks(changed) == [*kept, Chunk("drml", b"newer")]


def test_other_files_and_truncated_ones_are_refused() -> None:
    with pytest.raises(AudioReadError, match="not a RIFF"):
        parse_chunks(b"OggS" + bytes(40))
    with pytest.raises(AudioReadError, match="truncated"):
        parse_chunks(encode_wav(kick(0), 44100)[:100])


def test_a_chunk_name_has_four_letters() -> None:
    with pytest.raises(ValueError, match="four letters"):
        format_chunks([Chunk("long name", b"")])
