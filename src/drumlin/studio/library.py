"""Routes of the library: folders, searches, tags, sorting. Sounds are known by their number, never by a path."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request, Response

from ..audio import MonoSound, encode_wav
from .deps import WithServices, WithStudio
from .instruments import UPLOAD
from .library_answers import map_answer, sayings_answer, shown, sound_answer
from .library_schemas import (
    MOST_ROWS,
    Aspect,
    FolderBody,
    FoundAnswer,
    IdsBody,
    JudgeBody,
    LibraryAnswer,
    LibrarySound,
    LibraryTask,
    LikeAnswer,
    MapAnswer,
    PeaksAnswer,
    PlanAnswer,
    PlanBody,
    ProblemAnswer,
    SayBody,
    ScanBody,
    UseMapBody,
)
from .uploads import read_upload

router = APIRouter(prefix="/api/library", tags=["library"])

SampleId = Annotated[int, Path(ge=0, lt=2**53)]
PlanId = Annotated[str, Path(max_length=80)]
TaskId = Annotated[str, Path(max_length=80)]
Text = Annotated[str, Query(max_length=400, description="Words and facts, as for `drumlin library find`")]
Count = Annotated[int, Query(ge=1, le=MOST_ROWS)]

_WAV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("")
def get_library(studio: WithStudio) -> LibraryAnswer:
    """Describe the library: folders, tags, what is being done."""
    return studio.library.answer()


@router.post("/folders", status_code=201)
def add_folder(body: FolderBody, studio: WithStudio) -> LibraryAnswer:
    """Take a folder into the library and scan it; `library` events tell how that goes."""
    return studio.library.add(body.folder)


@router.post("/folders/remove")
def remove_folder(body: FolderBody, studio: WithStudio) -> LibraryAnswer:
    """Take a folder out of the library; its files stay where they are."""
    return studio.library.remove(body.folder)


@router.post("/scan")
def scan_library(body: ScanBody, studio: WithStudio) -> LibraryAnswer:
    """Bring the catalogue up to date."""
    return studio.library.scan(again=body.again)


@router.post("/cancel")
def cancel_library(studio: WithStudio) -> LibraryAnswer:
    """End a scan, which goes on from there next time, or a sorting, which is taken back."""
    return studio.library.cancel()


@router.get("/tasks/{task_id}")
def get_task(task_id: TaskId, studio: WithStudio) -> LibraryTask:
    """Tell how a scan, a sorting or its undoing goes, or how it ended."""
    return studio.library.task(task_id)


@router.get("/problems")
def list_problems(studio: WithStudio) -> list[ProblemAnswer]:
    """List the files that cannot be used, and why."""
    found = studio.library.library.problems()
    return [ProblemAnswer(path=shown(path), reason=shown(reason)) for path, reason in found]


@router.get("/find")
def find_sounds(studio: WithStudio, text: Text = "") -> FoundAnswer:
    """Search by words, tags and facts; everything if the text is empty. What they are, `sounds` says."""
    return FoundAnswer(ids=studio.library.library.list_ids(text))


@router.post("/sounds")
def describe_sounds(body: IdsBody, studio: WithStudio) -> list[LibrarySound]:
    """Describe some sounds: names, facts, tags; those that are not there are left out."""
    library = studio.library.library
    roots = library.roots()
    return [sound_answer(found, said, roots) for found, said in library.describe(body.ids)]


@router.post("/peaks")
def draw_sounds(body: IdsBody, studio: WithStudio) -> PeaksAnswer:
    """Tell the shapes of some sounds; those that cannot be read are left out."""
    return PeaksAnswer(peaks=studio.sound_files.peaks(studio.library.library, body.ids))


@router.get("/sounds/{sample_id}/sound.wav", response_class=Response, responses=_WAV)
def get_library_sound(sample_id: SampleId, studio: WithStudio) -> Response:
    """Send a sound to be heard: its first half minute, one channel, not changed otherwise."""
    waveform, sample_rate = studio.sound_files.heard(studio.library.library, sample_id)
    return Response(encode_wav(waveform, sample_rate, encoding="32f"), media_type="audio/wav")


@router.get("/sounds/{sample_id}/like")
def find_like(
    sample_id: SampleId, studio: WithStudio, aspect: Aspect = "whole", text: Text = "", count: Count = 50
) -> LikeAnswer:
    """Find the sounds most like one of the library, which comes first itself."""
    page = studio.library.library.like_sample(sample_id, aspect, text, count)
    return LikeAnswer(ids=[one.id for one in page.found], cosines=[one.cosine or 0.0 for one in page.found])


@router.post("/like", openapi_extra=UPLOAD)
async def find_like_dropped(
    request: Request,
    services: WithServices,
    studio: WithStudio,
    aspect: Aspect = "whole",
    text: Text = "",
    count: Count = 50,
) -> LikeAnswer:
    """Find the sounds most like one that is dropped; nothing of it is kept."""
    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    sound = MonoSound(waveform, sample_rate, 1, "")
    page = await anyio.to_thread.run_sync(studio.library.library.like_sound, sound, aspect, text, count)
    return LikeAnswer(ids=[one.id for one in page.found], cosines=[one.cosine or 0.0 for one in page.found])


@router.get("/map")
def get_map(studio: WithStudio) -> MapAnswer:
    """Tell where the sounds lie on the map, which is laid when it is first asked for."""
    return map_answer(studio.library.library.places())


@router.post("/map/lay")
def lay_map(studio: WithStudio) -> MapAnswer:
    """Lay another map for the sounds that there are now: they move. To use the former one again takes that back."""
    library = studio.library.library
    library.lay_map()
    return map_answer(library.places())


@router.post("/map/use")
def use_map(body: UseMapBody, studio: WithStudio) -> MapAnswer:
    """Use a map that was laid before."""
    library = studio.library.library
    library.use_map(body.number)
    return map_answer(library.places())


@router.post("/say")
def say_tags(body: SayBody, studio: WithStudio) -> SayBody:
    """Say which sounds have tags and which have not; the answer says it back."""
    from ..library import Saying

    sayings = [Saying(one.tag, tuple(one.ids), one.word) for one in body.sayings]
    back = studio.library.library.say(sayings)
    studio.teaching.touch()
    return sayings_answer(back)


@router.post("/judge")
def judge_sounds(body: JudgeBody, studio: WithStudio) -> SayBody:
    """Keep sounds, reject them, or leave them open; the answer says it back. Files stay where they are."""
    return sayings_answer(studio.library.library.judge(body.ids, body.verdict))


@router.post("/plans", status_code=201)
def plan_sorting(body: PlanBody, studio: WithStudio) -> PlanAnswer:
    """Tell how files would be sorted by a tag; nothing is done."""
    return studio.library.plan(body)


@router.post("/plans/{plan_id}/apply")
def apply_plan(plan_id: PlanId, studio: WithStudio) -> LibraryTask:
    """Do what a plan says; `library` events tell how that goes, `undo` takes it back."""
    return studio.library.apply(plan_id)


@router.post("/undo")
def undo_sorting(studio: WithStudio, title: Annotated[str, Query(max_length=300)] = "") -> LibraryTask:
    """Take the last sorting back: every file returns to its place. With a title, only if it is that one."""
    return studio.library.undo(title)
