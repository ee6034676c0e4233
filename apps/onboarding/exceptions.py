"""What onboarding refuses."""

from __future__ import annotations

from omnify.exceptions import ConflictError, InvalidInputError, NotFoundError


class WizardNotStartedError(ConflictError):
    """A step was taken before the wizard was started."""

    code = "wizard_not_started"
    message = "Start the wizard first: POST /api/onboarding/start."


class StepUnknownError(NotFoundError):
    """The wizard has no step of this name."""

    code = "step_unknown"
    message = "There is no step '{step}'."


class StepOutOfOrderError(ConflictError):
    """Steps before this one are open."""

    code = "step_out_of_order"
    message = "Complete '{needed}' before '{step}'."


class StepRequiredError(ConflictError):
    """A step that may not be skipped was to be skipped."""

    code = "step_required"
    message = "The step '{step}' cannot be skipped."


class WizardChangedError(ConflictError):
    """Somebody else went on in the meantime; ``current`` is the state now."""

    code = "wizard_changed"
    message = "The wizard was changed meanwhile (version {version}); look at it and go on."


class StepInvalidError(InvalidInputError):
    """What was given for a step is not valid."""

    code = "step_invalid"
    message = "The step '{step}' needs other data; 'errors' names each field."


class StepUnprovenError(ConflictError):
    """What the step is about has not truly happened yet."""

    code = "step_unproven"
    message = "The step '{step}' is not done yet: {reason}"
