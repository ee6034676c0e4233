"""The requests that onboarding refuses."""

from __future__ import annotations

from omnify.exceptions import ConflictError, InvalidInputError, NotFoundError


class WizardNotStartedError(ConflictError):
    """A step was completed or skipped before the wizard was started."""

    code = "wizard_not_started"
    message = "Start the wizard first: POST /api/onboarding/start."


class StepUnknownError(NotFoundError):
    """The wizard has no step of this name."""

    code = "step_unknown"
    message = "There is no step '{step}'."


class StepOutOfOrderError(ConflictError):
    """An earlier step is still open."""

    code = "step_out_of_order"
    message = "Complete '{needed}' before '{step}'."


class StepRequiredError(ConflictError):
    """A required step cannot be skipped."""

    code = "step_required"
    message = "The step '{step}' cannot be skipped."


class WizardChangedError(ConflictError):
    """Another user changed the wizard; ``version`` and ``step`` tell its present state."""

    code = "wizard_changed"
    message = "The wizard has changed (version {version} now); reload and try again."


class StepInvalidError(InvalidInputError):
    """The data of a step is not valid."""

    code = "step_invalid"
    message = "The data of step '{step}' is not valid; 'errors' names each field."


class StepUnprovenError(ConflictError):
    """The system has no proof that the step was done, such as a connection."""

    code = "step_unproven"
    message = "The step '{step}' is not done yet: {reason}"
