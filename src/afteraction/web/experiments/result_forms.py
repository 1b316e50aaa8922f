"""The form of a decision on a trial."""

from typing import Any, Final

from django import forms

from afteraction.web.experiments.deciding import SHORTEST_REASON, Standing
from afteraction.web.experiments.models import ExperimentDecision
from afteraction.web.experiments.wording import is_sentence

Taken = ExperimentDecision.Kind
_WORDS: Final = {
    Taken.ADOPT: "Adopt: the new way becomes the process from now on",
    Taken.REJECT: "Reject: the old way stays",
    Taken.EXTEND: "Extend: go on for the weeks that the protocol allows",
}


class DecisionForm(forms.Form):
    """What may be decided, what the rule says first; against it with a reason."""

    kind = forms.ChoiceField(label="Decision")
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everyone reads it beside the result. Against the rule there must be one.",
    )

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        choices = [(str(each), _WORDS[each]) for each in standing.with_rule]
        choices += [(str(each), f"{_WORDS[each]} (against the rule)") for each in standing.against]
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = choices
        if standing.with_rule:
            kind.initial = str(standing.with_rule[0])

    def clean(self) -> dict[str, Any]:
        """Against the rule without a reason is told at the field."""
        given = super().clean() or {}
        against = given.get("kind") in [str(each) for each in self.standing.against]
        if against and not is_sentence(given.get("reason", "").strip(), SHORTEST_REASON):
            self.add_error("reason", "This goes against the rule that was locked. Write why, in a sentence.")
        return given
