"""How someone wants to practise."""

from typing import Any, Final

from django import forms

from afteraction.web.practice.models import PracticePlan

_SHARES: Final = (0.8, 0.85, 0.9, 0.95)


class PlanForm(forms.Form):
    """Minutes a day, new cards a day, and the share to remember: more of it means that cards come back sooner."""

    minutes = forms.TypedChoiceField(label="Minutes a day", coerce=int, choices=[(n, f"{n}") for n in (3, 5, 10, 15)])
    new_a_day = forms.TypedChoiceField(
        label="New cards a day", coerce=int, choices=[(n, str(n)) for n in (0, 2, 5, 10)]
    )
    retention = forms.TypedChoiceField(
        label="How much to remember",
        coerce=float,
        choices=[(share, f"{share:.0%}") for share in _SHARES],
        help_text="The more, the sooner cards come back.",
    )

    @classmethod
    def of(cls, plan: PracticePlan) -> "PlanForm":
        """With what holds now."""
        values: dict[str, Any] = {"minutes": plan.minutes, "new_a_day": plan.new_a_day, "retention": plan.retention}
        return cls(initial=values)
