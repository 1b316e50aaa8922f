"""What people fill in about plays."""

from typing import Any

from django import forms
from django.db.models import Q

from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import User
from afteraction.web.plays.body import Body, Move, Piece
from afteraction.web.plays.selectors import step_choices


class MoveForm(forms.Form):
    """One move. What has no text is no move."""

    text = forms.CharField(label="Move", max_length=200, required=False)
    step = forms.ChoiceField(label="Step of the process", required=False)
    timing = forms.CharField(label="When", max_length=120, required=False)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "No step"), *steps]


class PlayForm(forms.Form):
    """A play but its moves, which `moves` of the same request holds."""

    title = forms.CharField(label="Title", max_length=160)
    what = forms.CharField(label="What it is", max_length=600, required=False, widget=forms.Textarea({"rows": 3}))
    when = forms.CharField(label="When to use it", max_length=600, required=False, widget=forms.Textarea({"rows": 3}))
    stage = forms.CharField(max_length=200, required=False)
    segment = forms.CharField(max_length=200, required=False)
    competitor = forms.CharField(max_length=200, required=False)
    amount_from = forms.FloatField(label="Amount from", required=False, min_value=0)
    amount_to = forms.FloatField(label="Amount to", required=False, min_value=0)
    questions = forms.CharField(
        label="Questions to ask the customer", required=False, max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text="One a line.",
    )  # fmt: skip
    content = forms.CharField(
        label="Content to use", required=False, max_length=4000, widget=forms.Textarea({"rows": 3}),
        help_text="One piece a line: its title, then its address after a bar: One-page plan | https://…",
    )  # fmt: skip
    lessons = forms.ModelMultipleChoiceField(
        Lesson.objects.none(), label="Lessons behind it", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lessons"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            own = Lesson.objects.filter(organisation=user.organisation, merged_into=None)
            # Drafts are many, and nobody has decided to try them yet.
            settled = Q(state__in=(Lesson.State.TESTED, Lesson.State.IN_USE, Lesson.State.KEPT))
            chosen = Q(pk__in=self.initial.get("lessons") or ())
            field.queryset = own.filter(settled | chosen).order_by("title", "pk")
        state = getattr(user.organisation, "index_state", None)
        for name in ("stage", "segment", "competitor"):
            listed = [(str(value), str(label)) for value, label, _deals in state.choices.get(name, [])] if state else []
            asked = str(self.initial.get(name) or "")
            if 0 < len(listed) <= 100:
                extra = [(asked, asked)] if asked and asked not in dict(listed) else []
                self.fields[name].widget = forms.Select(choices=[("", "Any"), *sorted(listed), *extra])

    def body(self, moves: list[dict[str, Any]]) -> Body:
        """What was filled in, with its moves in the order of their numbers."""
        given = self.cleaned_data
        lines = [line.strip() for line in given["content"].splitlines() if line.strip()]
        pieces = [[part.strip() for part in line.rsplit("|", 1)] for line in lines]
        return Body(
            **{name: given[name] for name in ("title", "what", "when", "stage", "segment", "competitor")},
            amount_from=given["amount_from"],
            amount_to=given["amount_to"],
            moves=tuple(Move(each["text"].strip(), each["step"], each["timing"].strip()) for each in moves),
            questions=tuple(dict.fromkeys(q.strip() for q in given["questions"].splitlines() if q.strip())),
            content=tuple(Piece(piece[0], piece[1] if len(piece) > 1 else "") for piece in pieces),
        )


def moves_of(data: Any, body: Body, user: User) -> "forms.BaseFormSet[MoveForm]":
    """The moves as forms, with three empty ones behind them."""
    made: type[forms.BaseFormSet[MoveForm]] = forms.formset_factory(
        MoveForm, can_order=True, can_delete=True, extra=3, max_num=30, validate_max=True, absolute_max=40
    )
    first = [vars(move) for move in body.moves]
    steps = step_choices(newest_results(user.organisation), body)
    return made(data, initial=first, prefix="move", form_kwargs={"steps": steps})


def moves_in(formset: "forms.BaseFormSet[MoveForm]") -> list[dict[str, Any]]:
    """What was filled in, in order; emptied and deleted moves left out."""
    return [form.cleaned_data for form in formset.ordered_forms if form.cleaned_data.get("text", "").strip()]


def initial_of(body: Body) -> dict[str, Any]:
    """A play's words as the form shows them."""
    return vars(body) | {
        "questions": "\n".join(body.questions),
        "content": "\n".join(f"{each.title} | {each.address}" if each.address else each.title for each in body.content),
    }
