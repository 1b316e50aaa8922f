"""What people fill in about lessons."""

from typing import ClassVar, Final

from django import forms
from django.http import QueryDict

from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons.life import CHOICES, SMALLEST
from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.selectors import WHOSE, LessonList, segments_of
from afteraction.web.people.models import User

_DATE: Final = {"type": "date"}
_VALUES: Final = ("stage", "segment", "competitor", "source")


class ListForm(forms.Form):
    """Which lessons are listed."""

    search = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    whose = forms.ChoiceField(required=False, choices=list(WHOSE.items()))
    origin = forms.ChoiceField(label="From", required=False, choices=[("", "Anywhere"), *Lesson.Origin.choices])
    segment = forms.ChoiceField(required=False)

    def __init__(self, user: User, asked: LessonList) -> None:
        super().__init__(vars(asked))
        segments = segments_of(user)
        if not segments:
            del self.fields["segment"]
        else:
            chosen = [("", "Any"), *((name, name) for name in segments)]
            self.fields["segment"] = forms.ChoiceField(label="Holds in segment", required=False, choices=chosen)


class LessonForm(forms.ModelForm[Lesson]):
    """A lesson that is written or changed; a new one also with the deals behind it."""

    deals = forms.CharField(
        label="Deals behind it",
        required=False,
        help_text="Their ids, one a line. More can be added later.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Lesson
        fields: ClassVar = [
            *("title", "text", "reason", "step", "stage", "segment", "competitor", "source"),
            *("amount_from", "amount_to", "owner", "review_on"),
        ]
        widgets: ClassVar = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "reason": forms.Textarea(attrs={"rows": 3}),
            "review_on": forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        }
        labels: ClassVar = {
            "text": "What to do",
            "reason": "Why it works",
            "amount_from": "Amount from",
            "amount_to": "Amount up to",
            "review_on": "Look at it again on",
        }
        help_texts: ClassVar = {
            "title": "In one line, as you would say it to a colleague.",
            "text": "So that somebody who was not there can do it.",
            "step": "",
        }

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        owners = User.objects.filter(organisation=user.organisation, is_active=True).order_by("name", "pk")
        self.fields["owner"] = forms.ModelChoiceField(owners, required=False, empty_label="Me")
        state = getattr(user.organisation, "index_state", None)
        known = state.choices if state else {}
        for name in _VALUES:
            values = [(value, label or value) for value, label, _deals in known.get(name, ()) if value]
            self.fields[name] = _choice(name, values, getattr(self.instance, name))
        shown = newest_results(user.organisation)
        conformance = (shown.figures.get("conformance") if shown else None) or {}
        steps = [(each["step"], each["name"] or each["step"]) for each in conformance.get("steps", ())]
        self.fields["step"] = _choice("step of the process", steps, self.instance.step)
        if self.instance.pk:
            del self.fields["deals"]

    @property
    def deal_ids(self) -> list[str]:
        """The ids of the deals that were typed in."""
        lines = str(self.cleaned_data.get("deals", "")).replace(",", "\n").splitlines()
        return [line.strip() for line in lines if line.strip()]


class MoveForm(forms.Form):
    """A lesson moved on, or back."""

    to = forms.ChoiceField(label="Move it to")
    smallest = forms.TypedChoiceField(
        label="Smallest effect that matters",
        required=False,
        coerce=float,
        empty_value=None,
        choices=[(str(each), f"{100 * each:.0f} points") for each in CHOICES],
        help_text="For a new test. The smaller it is, the more deals it takes.",
    )
    why = forms.CharField(label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, lesson: Lesson, given: QueryDict | None = None) -> None:
        super().__init__(given, initial={"smallest": str(SMALLEST)})
        states = [(value, label) for value, label in Lesson.State.choices if value != lesson.state]
        self.fields["to"] = forms.ChoiceField(label="Move it to", choices=states)


class DealForm(forms.Form):
    """A deal put behind a lesson."""

    deal = forms.CharField(label="Deal", max_length=300, help_text="Its id, as its page and the CRM have it.")
    contradicts = forms.TypedChoiceField(
        label="It speaks",
        coerce=lambda value: value == "against",
        choices=[("for", "for it"), ("against", "against it")],
    )
    note = forms.CharField(label="What happened", max_length=300, required=False)


def _choice(name: str, values: list[tuple[str, str]], now: str) -> forms.ChoiceField:
    """A choice of the values of the record, with what stands there now even where the record has it no more."""
    if now and now not in dict(values):
        values = [*values, (now, now)]
    return forms.ChoiceField(label=name.capitalize(), required=False, choices=[("", "Any"), *values])
