"""The errors of building the marts.

BuildError (a PipelineError)
├── ModelsInvalid   dbt cannot parse the project
└── BuildFailed     a model or a test of the data failed; nothing was marked as built
"""

from pipelines.errors import PipelineError


class BuildError(PipelineError):
    """Base of the errors of a build."""


class ModelsInvalid(BuildError):
    """dbt cannot parse the project."""

    hint = "correct the model or property file that the message names"


class BuildFailed(BuildError):
    """A model or a test failed."""

    hint = "the marts keep what was built; the next build computes the same orders again"
