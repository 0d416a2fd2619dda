"""Routes that the page asks first: state and registry."""

import dataclasses

from fastapi import APIRouter

from .. import __version__
from ..parameters import studio_registry
from ..workspace.extras import has_learning
from .deps import WithServices
from .schemas import ActionModel, ParameterModel, RegistryAnswer, StateAnswer

router = APIRouter(prefix="/api", tags=["state"])


@router.get("/state")
def get_state(services: WithServices) -> StateAnswer:
    """Say what this server is and can do."""
    studio = services.studio
    return StateAnswer(
        version=__version__,
        mode="studio" if studio else "play-only",
        learning=studio is not None and has_learning(),
        crate=str(studio.workspace.crate.folder) if studio else "",
        upload_limit=services.policy.upload_limit,
    )


@router.get("/registry")
def get_registry() -> RegistryAnswer:
    """List the knobs and actions that page and command line share."""
    registry = studio_registry()
    return RegistryAnswer(
        parameters=[parameter_model(parameter) for parameter in registry.parameters()],
        actions=[ActionModel(**dataclasses.asdict(action)) for action in registry.actions()],
    )


def parameter_model(parameter: object) -> ParameterModel:
    """Return a `ParameterRange` as it goes over HTTP; its label is never empty."""
    model = ParameterModel.model_validate(parameter, from_attributes=True)
    return model if model.label else model.model_copy(update={"label": model.name.replace("_", " ").capitalize()})
