"""Routes of finding by voice. What the microphone heard is used in memory and let go: nothing of it is kept."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from ..audio import MonoSound, encode_wav
from ..errors import UsageError
from .deps import WithServices, WithStudio
from .instruments import UPLOAD
from .library_schemas import MOST_ROWS
from .uploads import read_upload
from .voice_schemas import BeatModel, PatternBody, SpokenClass, VoiceAnswer, VoiceList

if TYPE_CHECKING:
    from ..imitating import Beat
    from ..library import VoiceList as Heard

router = APIRouter(prefix="/api/library/voice", tags=["library"])

Text = Annotated[str, Query(max_length=400, description="Words and facts, as for `drumlin library find`")]
Count = Annotated[int, Query(ge=1, le=MOST_ROWS)]

_MIDI: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/midi": {"schema": {"type": "string", "format": "binary"}}}}
}

_WAV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("", openapi_extra=UPLOAD)
async def find_spoken(
    request: Request, services: WithServices, studio: WithStudio, text: Text = "", count: Count = 20
) -> VoiceAnswer:
    """Find the sounds that somebody says, and the rhythm; nothing of the recording is kept. Experimental."""
    from ..library import find_by_voice

    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    sound = MonoSound(waveform, sample_rate, 1, "")
    spoken = await anyio.to_thread.run_sync(find_by_voice, studio.library.library, sound, text, count)
    lists = [_answer(one) for one in spoken.lists]
    beats = [BeatModel(at_s=one.at_s, velocity=one.velocity, list=one.which) for one in spoken.pattern]
    return VoiceAnswer(lists=lists, pattern=beats)


@router.post("/pattern.mid", response_class=Response, responses=_MIDI)
def write_pattern(body: PatternBody, studio: WithStudio) -> Response:
    """Send a rhythm as a MIDI file, its times as they were said."""
    from ..exporting import encode_pattern

    return Response(encode_pattern(_beats(body), [one.called for one in body.parts]), media_type="audio/midi")


@router.post("/pattern.wav", response_class=Response, responses=_WAV)
def play_pattern(body: PatternBody, studio: WithStudio) -> Response:
    """Send a rhythm as it sounds with one sound of the library for each list."""
    from ..exporting import mix_pattern
    from ..exporting.patterns import RATE

    library = studio.library.library
    heard = [studio.sound_files.heard(library, one.id) for one in body.parts]
    mix = mix_pattern(_beats(body), [MonoSound(waveform, rate, 1, "") for waveform, rate in heard])
    return Response(encode_wav(mix, RATE, encoding="32f"), media_type="audio/wav")


def _answer(one: "Heard") -> VoiceList:
    called = cast(SpokenClass, one.called)
    return VoiceList(called=called, ids=[found.id for found in one.found], fits=list(one.fits))


def _beats(body: PatternBody) -> "list[Beat]":
    from ..imitating import Beat

    if any(one.list >= len(body.parts) for one in body.pattern):
        raise UsageError(f"a stroke of a list that is not there: there are {len(body.parts)}, counted from 0")
    return [Beat(one.at_s, one.velocity, one.list) for one in sorted(body.pattern, key=lambda one: one.at_s)]
