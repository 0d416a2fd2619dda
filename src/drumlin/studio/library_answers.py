"""The library's own objects as they go over HTTP."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from ..jobs import Job
from .library_schemas import (
    LibraryAnswer,
    LibraryColour,
    LibraryFolder,
    LibrarySound,
    LibraryTag,
    LibraryTask,
    LibraryTaskKind,
    MapAnswer,
    PlanAnswer,
    PlanStep,
    SaidModel,
    SayBody,
    SayingModel,
    Verdict,
)

if TYPE_CHECKING:
    from ..library import Assignment, Found, Library, Plan, Saying, Tag
    from ..library.mapping import Places

MAP_SIDE = 10_000

STEPS_SHOWN = 300
"""Steps of a plan that are told; the whole of it lies in the library's folder."""


def library_answer(library: "Library", job: Job | None) -> LibraryAnswer:
    """Return a library as a whole."""
    from ..library.vocabulary import PALETTE

    return LibraryAnswer(
        folders=[
            LibraryFolder(name=shown(root.name), path=shown(root), is_there=root.is_dir()) for root in library.roots()
        ],
        sounds=library.count(),
        problems=len(library.problems()),
        tags=[_tag(tag) for tag in library.tags()],
        colours=[LibraryColour(name=name, colour=colour) for name, colour in PALETTE.items()],
        undo=library.last_sorting(),
        task=None if job is None else task_answer(job),
    )


def task_answer(job: Job) -> LibraryTask:
    """Return how a job of the library goes."""
    progress = job.progress
    kinds: tuple[LibraryTaskKind, ...] = get_args(LibraryTaskKind)
    return LibraryTask(
        id=job.id,
        kind=next(kind for kind in kinds if kind == job.record.kind),
        state=job.state.value,
        done=progress.done,
        total=progress.total,
        message=progress.message,
        remaining_s=progress.remaining_s,
        error=job.error,
        counts=_counts(progress.result),
    )


def sound_answer(found: "Found", said: "Sequence[Assignment]", roots: Sequence[Path]) -> LibrarySound:
    """Return a sound of the library."""
    path = found.paths[0] if found.paths else Path()
    return LibrarySound(
        id=found.id,
        name=shown(path.name),
        folder=_folder(path, roots),
        path=shown(path),
        copies=max(0, len(found.paths) - 1),
        cluster=found.cluster,
        facts=found.facts,
        said=[SaidModel(tag=one.tag, origin=one.origin, confidence=one.confidence, why=one.why) for one in said],
        verdict=_verdict(said),
    )


def sayings_answer(sayings: "Sequence[Saying]") -> SayBody:
    """Return what says an edit back."""
    return SayBody(sayings=[SayingModel(tag=one.tag, ids=list(one.ids), word=one.word) for one in sayings])


def map_answer(places: "Places") -> MapAnswer:
    """Return where the sounds lie."""
    x, y = (places.places * MAP_SIDE).round().astype(int).T.tolist() if len(places.ids) else ([], [])
    ids, tags, copies = (column.tolist() for column in (places.ids, places.tags, places.copies))
    laid = places.laid
    return MapAnswer(
        ids=ids,
        x=x,
        y=y,
        tags=tags,
        copies=copies,
        names=list(places.names),
        number=0 if laid is None else laid.number,
        laid_on=0 if laid is None else laid.sounds,
        is_outgrown=laid is not None and laid.is_outgrown(len(ids)),
    )


def plan_answer(plan_id: str, plan: "Plan") -> PlanAnswer:
    """Return a plan with the first of its steps."""
    to = Path(plan.to)
    folders = Counter(shown(Path(step.target).parent.relative_to(to)) for step in plan.steps)
    steps = plan.steps[:STEPS_SHOWN]
    return PlanAnswer(
        id=plan_id,
        by=plan.by,
        how=plan.how,
        to=shown(plan.to),
        count=len(plan.steps),
        folders=dict(sorted(folders.items())),
        left=dict(plan.left),
        steps=[
            PlanStep(source=shown(one.source), target=shown(one.target), why=one.why, confidence=one.confidence)
            for one in steps
        ],
    )


def shown(path: Path | str) -> str:
    """Return a path that JSON can carry: bytes of a name that are no UTF-8 become escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _tag(tag: "Tag") -> LibraryTag:
    return LibraryTag(name=tag.name, colour=tag.colour, parent=tag.parent, synonyms=list(tag.synonyms), count=tag.count)


def _folder(path: Path, roots: Sequence[Path]) -> str:
    """Return where a file lies, from the folder of the library on."""
    for root in roots:
        if path.is_relative_to(root):
            return shown(path.parent.relative_to(root.parent))
    return shown(path.parent)


def _verdict(said: "Sequence[Assignment]") -> Verdict:
    words = {one.tag for one in said if one.origin == "user" and one.confidence > 0}
    return next((cast(Verdict, word) for word in ("kept", "rejected") if word in words), "open")


def _counts(result: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers that a command told at its end; of lists, how long they are."""
    numbers = {name: value for name, value in result.items() if isinstance(value, int)}
    return numbers | {name: len(value) for name, value in result.items() if isinstance(value, list)}
