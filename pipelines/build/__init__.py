"""From raw documents to marts: dirty keys are named, dbt recomputes them, then they are marked."""

from pipelines.build.building import Build, building
from pipelines.build.errors import BuildError, BuildFailed, ModelsInvalid
from pipelines.build.project import dbt_environment, ensure_manifest
from pipelines.build.run import BuildResult, run_build, warm_up

__all__ = [
    "Build",
    "BuildError",
    "BuildFailed",
    "BuildResult",
    "ModelsInvalid",
    "building",
    "dbt_environment",
    "ensure_manifest",
    "run_build",
    "warm_up",
]
