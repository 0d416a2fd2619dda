"""Routes by which somebody's own imitations are scored: a recording is heard and let go, the page gets its traits."""

from typing import TYPE_CHECKING, Annotated, cast

import anyio.to_thread
import numpy as np
from fastapi import APIRouter, Query, Request

from ..audio import MonoSound
from .deps import WithServices, WithStudio
from .instruments import UPLOAD
from .uploads import read_upload
from .voice_schemas import (
    FiguresModel,
    HeardImitation,
    ImitationsBody,
    PromptModel,
    SpokenClass,
    TrialModel,
    VoiceScoreAnswer,
    VoiceTestAnswer,
)

if TYPE_CHECKING:
    from ..library.voice_test import Figures, Trial

router = APIRouter(prefix="/api/library/voice/test", tags=["library"])

TagText = Annotated[str, Query(min_length=1, max_length=60)]


@router.get("")
def get_voice_test(studio: WithStudio) -> VoiceTestAnswer:
    """Tell what is to be said, and whether a voice is kept. Experimental."""
    from ..library.own_voice import has_own_voice
    from ..library.prompts import EACH, prompts

    library = studio.library.library
    asked = [PromptModel(tag=one.tag, syllable=one.syllable, sounds=one.sounds) for one in prompts(library)]
    return VoiceTestAnswer(prompts=asked, each=EACH, is_tuned=has_own_voice(library.folder))


@router.post("/hear", openapi_extra=UPLOAD)
async def hear_imitation(request: Request, services: WithServices, studio: WithStudio, tag: TagText) -> HeardImitation:
    """Tell what an imitation of a tag is heard as, and its traits; nothing of the recording is kept."""
    from ..library.voice_test import hear_said

    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    sound = MonoSound(waveform, sample_rate, 1, "")
    trial, traits = await anyio.to_thread.run_sync(hear_said, studio.library.library, tag, sound)
    return HeardImitation(
        heard=cast(SpokenClass, trial.heard), rank=trial.rank, right=trial.right, traits=traits.tolist()
    )


@router.post("")
def score_imitations(body: ImitationsBody, studio: WithStudio) -> VoiceScoreAnswer:
    """Score imitations by their traits, as `drumlin library voice-test` does; keep the voice if asked to."""
    from ..library.voice_test import score_said

    said = [(one.tag, np.array(one.traits, np.float64)) for one in body.imitations]
    score = score_said(studio.library.library, said, learn=body.learn)
    return VoiceScoreAnswer(
        trials=[_trial(one) for one in score.trials],
        sounds=score.sounds,
        as_it_comes=_figures(score.as_it_comes),
        tuned=_figures(score.tuned),
        chance=_figures(score.chance),
        learned=score.learned,
    )


@router.post("/forget")
def forget_voice(studio: WithStudio) -> VoiceTestAnswer:
    """Forget the voice that is kept."""
    from ..library.own_voice import forget_own_voice

    forget_own_voice(studio.library.library.folder)
    return get_voice_test(studio)


def _trial(one: "Trial") -> TrialModel:
    return TrialModel(
        name=one.name,
        tag=one.wanted,
        heard=cast(SpokenClass, one.heard),
        right=one.right,
        rank=one.rank,
        tuned_rank=one.tuned_rank,
    )


def _figures(one: "Figures") -> FiguresModel:
    return FiguresModel(top_1=one.top_1, top_10=one.top_10, reciprocal_rank=one.reciprocal_rank)
