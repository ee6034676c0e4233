"""The forms of ml's pages."""

from __future__ import annotations

from typing import Final

from django import forms

from apps.integrations.contract import MEASURES
from apps.ml.messages import GRAINS, METRICS

LABELS: Final = {measure.name: measure.label for measure in MEASURES}
_GRAINS: Final = {"day": "days", "week": "weeks", "month": "months"}


class ForecastForm(forms.Form):
    """What to forecast."""

    metric = forms.ChoiceField(
        label="Measure", initial="revenue", choices=[(name, LABELS[name]) for name in METRICS]
    )
    channel = forms.CharField(
        label="Channel", max_length=64, required=False, help_text="Empty for all channels."
    )
    grain = forms.ChoiceField(
        label="By", initial="week", choices=[(grain, _GRAINS[grain]) for grain in GRAINS]
    )
    horizon = forms.IntegerField(label="How many ahead", initial=13, min_value=1, max_value=104)
