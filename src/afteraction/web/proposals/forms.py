"""What people fill in about proposals."""

from typing import Any, Final

from django import forms

from afteraction.web.people.models import Organisation
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.owners import who_may_answer
from afteraction.web.proposals.selectors import WHOSE, ProposalList
from afteraction.web.proposals.writing import IN_WORDS, MOST_POINTS, TITLE, WORDS, Wish

_ROWS: Final = {"rows": 3}


class ListForm(forms.Form):
    """Which proposals are listed."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    whose = forms.ChoiceField(label="Whose", required=False, choices=list(WHOSE.items()))

    def __init__(self, asked: ProposalList) -> None:
        super().__init__(vars(asked))


class WhyForm(forms.Form):
    """Why, and what to expect: asked of every proposal. An edit of the process needs no title."""

    title = forms.CharField(
        label="In a sentence", max_length=TITLE, required=False, help_text="Empty: the first change is its title."
    )
    reason = forms.CharField(
        label="Why it would be better", max_length=WORDS, widget=forms.Textarea(_ROWS),
        help_text="What you saw, and in which deals.",
    )  # fmt: skip
    expected_points = forms.FloatField(
        label="Points of win rate you expect", required=False, min_value=-MOST_POINTS, max_value=MOST_POINTS,
        help_text="A guess is welcome: +3 means that 3 more deals of 100 would be won.",
    )  # fmt: skip

    def wish(self, **others: Any) -> Wish:
        """What was filled in, as a wish."""
        given = self.cleaned_data
        return Wish(title=given["title"], reason=given["reason"], expected_points=given["expected_points"], **others)


class WordsForm(WhyForm):
    """A script, or a question to ask, in words."""

    what = forms.CharField(label="In these words", max_length=WORDS, widget=forms.Textarea({"rows": 5}))
    field_order = ("title", "what", "reason", "expected_points")

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        script = kind == Proposal.Kind.SCRIPT
        self.fields["title"].required = True
        self.fields["title"].help_text = (
            "What it is for: “Opening a call about price”." if script else "When to ask it: “Before a demo”."
        )
        self.fields["what"].label = "The script" if script else "The question"
        self.kind = Proposal.Kind(kind) if kind in IN_WORDS else Proposal.Kind.QUESTION

    def wanted(self) -> Wish:
        """What was filled in, as a wish."""
        return self.wish(kind=self.kind.value, what=self.cleaned_data["what"])


class TextForm(forms.Form):
    """The text of a process, and the version that it was edited from."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="Process", widget=forms.Textarea, strip=False, max_length=1_000_000)


class OwnerForm(forms.Form):
    """Who is to answer."""

    to = forms.ChoiceField(label="To")

    def __init__(self, organisation: Organisation, but: int | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [one for one in who_may_answer(organisation) if one.pk != but]
        choices = [(str(one.pk), f"{one}, {one.get_role_display().lower()}") for one in people]
        self.fields["to"] = forms.ChoiceField(label="To", choices=choices)
