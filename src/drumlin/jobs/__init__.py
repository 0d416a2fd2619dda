"""Long work in processes of its own: started, watched, cancelled, resumed; it survives the server that started it."""

from .job import Job, JobProgress, JobState
from .runner import JobRunner

__all__ = ["Job", "JobProgress", "JobRunner", "JobState"]
