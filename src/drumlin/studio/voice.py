"""Routes of finding by voice. What the microphone heard is used in memory and let go: nothing of it is kept."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from ..audio import MonoSound
from ..errors import UsageError
from .deps import WithServices, WithStudio
from .instruments import UPLOAD
from .library_schemas import MOST_ROWS
from .uploads import read_upload
from .voice_schemas import BeatModel, PatternBody, VoiceAnswer, VoiceList

router = APIRouter(prefix="/api/library/voice", tags=["library"])

Text = Annotated[str, Query(max_length=400, description="Words and facts, as for `drumlin library find`")]
Count = Annotated[int, Query(ge=1, le=MOST_ROWS)]

_MIDI: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/midi": {"schema": {"type": "string", "format": "binary"}}}}
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
    lists = [
        VoiceList(called=one.called, ids=[found.id for found in one.found], fits=list(one.fits)) for one in spoken.lists
    ]
    beats = [BeatModel(at_s=one.at_s, velocity=one.velocity, list=one.which) for one in spoken.pattern]
    return VoiceAnswer(lists=lists, pattern=beats)


@router.post("/pattern.mid", response_class=Response, responses=_MIDI)
def write_pattern(body: PatternBody, studio: WithStudio) -> Response:
    """Send a rhythm as a MIDI file, its times as they were said."""
    from ..exporting import encode_pattern
    from ..imitating import Beat

    if any(one.list >= len(body.lists) for one in body.pattern):
        raise UsageError(f"a stroke of a list that is not there: {len(body.lists)} lists are, counted from 0")
    beats = [Beat(one.at_s, one.velocity, one.list) for one in body.pattern]
    return Response(encode_pattern(beats, body.lists), media_type="audio/midi")
