"""Wizards, as far as somebody took them."""

from datetime import UTC, datetime

from apps.onboarding.models import StepRecord, Wizard
from apps.onboarding.steps import DEFINITION_VERSION, STEPS

#: Data that each step takes.
STEP_DATA = {
    "role_selection": {"role": "cmo"},
    "company_info": {"company_name": "Acme", "industry": "retail", "company_size": "11-50"},
    "brand_setup": {"brand_colors": ["#0b7285"]},
    "first_campaign": {"campaign_type": "conversion"},
}


def make_wizard(organization_id, *, done_before=STEPS[0].name):
    """A started wizard whose steps are completed up to one that is open."""
    now = datetime.now(UTC)
    names = [step.name for step in STEPS]
    done = names[: names.index(done_before)]
    wizard = Wizard.unscoped.create(
        organization_id=organization_id,
        definition_version=DEFINITION_VERSION,
        version=len(done),
        started_at=now,
    )
    StepRecord.unscoped.bulk_create(
        StepRecord(
            organization_id=organization_id,
            wizard=wizard,
            step=name,
            status=StepRecord.Status.COMPLETED,
            data=STEP_DATA.get(name, {}),
            done_at=now,
        )
        for name in done
    )
    return wizard
