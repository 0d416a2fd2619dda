"""Routes of learning: recipes, jobs, and the events that tell how they go."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ..models import RECIPES, parameter_count
from ..models.recipes import STUDY_LENGTH
from .deps import WithStudio
from .instruments import summary_of
from .schemas import InstrumentSummary, JobAnswer, RecipeAnswer, StartBody

router = APIRouter(prefix="/api", tags=["learning"])

JobId = Annotated[str, Path(max_length=80)]


@router.get("/recipes")
def list_recipes(studio: WithStudio) -> list[RecipeAnswer]:
    """List the recipes of the zoo."""
    return [
        RecipeAnswer(
            name=recipe.name,
            parameters=parameter_count(recipe.config, STUDY_LENGTH),
            description=recipe.description,
            small=recipe.laptop,
        )
        for recipe in RECIPES.values()
    ]


@router.post("/jobs", status_code=201)
def start_job(body: StartBody, studio: WithStudio) -> JobAnswer:
    """Start learning a folder, or installing what learning needs."""
    return studio.learning.start(body)


@router.get("/jobs")
def list_jobs(studio: WithStudio) -> list[JobAnswer]:
    """List the jobs, newest first."""
    return studio.learning.jobs()


@router.get("/jobs/{job_id}")
def get_job(job_id: JobId, studio: WithStudio) -> JobAnswer:
    """Describe a job."""
    return studio.learning.job(job_id)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: JobId, studio: WithStudio) -> JobAnswer:
    """Ask a job to end; it tidies up first, so its state may change a little later."""
    return studio.learning.cancel(job_id)


@router.post("/jobs/{job_id}/resume")
def resume_job(job_id: JobId, studio: WithStudio) -> JobAnswer:
    """Go on where a job stopped."""
    return studio.learning.resume(job_id)


@router.post("/jobs/{job_id}/keep")
def keep_snapshot(job_id: JobId, studio: WithStudio) -> InstrumentSummary:
    """Keep what a learning that was stopped has learned so far, as an instrument."""
    return summary_of(studio.learning.keep_snapshot(job_id))


@router.delete("/jobs/{job_id}", status_code=204)
def remove_job(job_id: JobId, studio: WithStudio) -> None:
    """Forget a job that has ended."""
    studio.learning.remove(job_id)


@router.get("/events", response_class=EventSourceResponse)
async def events(studio: WithStudio) -> AsyncIterator[ServerSentEvent]:
    """Tell what changes: `job` with the job as JSON, `instruments` when the list changed."""
    with studio.hub.listen() as queue:
        yield ServerSentEvent(comment="listening")
        while (event := await queue.get()).name:
            yield ServerSentEvent(event=event.name, raw_data=event.data)
