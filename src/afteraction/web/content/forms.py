"""What people fill in about content. What they accept is checked again by the services."""

from typing import Any, ClassVar, Final

from django import forms

from afteraction.web.content.models import ContentRequest, Piece
from afteraction.web.content.selectors import FILTERS, PieceList, choices_of, pieces_of, roles_of
from afteraction.web.content.writing import KINDS
from afteraction.web.people.forms import Names
from afteraction.web.people.models import User

_LABELS: Final = {"kind": "Kind", "stage": "For stage", "segment": "For segment", "buyer_role": "For whom"}


class ListForm(forms.Form):
    """Which pieces are listed."""

    search = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    segment = forms.ChoiceField(required=False)
    buyer_role = forms.ChoiceField(required=False)
    whose = forms.ChoiceField(required=False, choices=[("", "Everyone's"), ("mine", "Mine")])

    def __init__(self, user: User, asked: PieceList) -> None:
        super().__init__(vars(asked))
        known = choices_of(user)
        for name in FILTERS:
            if not known[name]:
                del self.fields[name]
                continue
            chosen = [("", "Any"), *((value, value) for value in known[name])]
            self.fields[name] = forms.ChoiceField(label=_LABELS[name], required=False, choices=chosen)


class AddressField(forms.URLField):
    """A web address; without a scheme it is taken for one of https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class PieceForm(forms.ModelForm[Piece]):
    """A piece that is registered or changed; where it is belongs to a version, so it is asked for a new one alone."""

    class Meta:
        model = Piece
        fields: ClassVar = [
            "title",
            "kind",
            "address",
            "reference",
            "stage",
            "segment",
            "buyer_role",
            "owner",
            "valid_until",
        ]
        field_classes: ClassVar = {"address": AddressField}
        widgets: ClassVar = {
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "address": forms.URLInput(attrs={"inputmode": "url"}),
        }
        labels: ClassVar = {
            "address": "Web address",
            "reference": "Or the name of the file",
            "buyer_role": "For whom of the buyer's people",
            "valid_until": "Valid until",
        }
        help_texts: ClassVar = {
            "address": "Touches that hold it are counted as uses.",
            "reference": "As people attach it, such as security-answers.pdf.",
            "valid_until": "When somebody should look whether it is still right.",
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = User.objects.filter(organisation=user.organisation, is_active=True).order_by("name", "pk")
        self.fields["owner"] = forms.ModelChoiceField(owners, required=False, empty_label="Me")
        _scope(self, user)
        kinds = dict.fromkeys([*choices_of(user)["kind"], *KINDS])
        self.fields["kind"].widget = Names(list(kinds))
        if self.instance.pk:
            for name in ("address", "reference", "valid_until"):
                del self.fields[name]


class VersionForm(forms.Form):
    """The next version of a piece."""

    address = AddressField(label="Web address", max_length=500, required=False)
    reference = forms.CharField(label="Or the name of the file", max_length=300, required=False)
    valid_until = forms.DateField(
        label="Valid until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label="What is new", max_length=300, required=False)


class RequestForm(forms.ModelForm[ContentRequest]):
    """What is needed, by whom of the buyers, for which deals."""

    deals = forms.CharField(
        label="Deals that need it",
        required=False,
        help_text="Their ids, one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = ContentRequest
        fields: ClassVar = ["title", "why", "stage", "segment", "buyer_role"]
        widgets: ClassVar = {"why": forms.Textarea(attrs={"rows": 3})}
        labels: ClassVar = {
            "title": "What do you need?",
            "why": "What should it do for the buyer?",
            "buyer_role": "For whom of the buyer's people",
        }
        help_texts: ClassVar = {"title": "In one line. Colleagues who need it too vote for it."}

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _scope(self, user)

    @property
    def deal_ids(self) -> list[str]:
        """The ids of the deals that were typed in."""
        lines = str(self.cleaned_data.get("deals", "")).replace(",", "\n").splitlines()
        return [line.strip() for line in lines if line.strip()]


class AnswerForm(forms.Form):
    """A request answered with a piece, or declined with a reason."""

    piece = forms.ModelChoiceField(Piece.objects.none(), required=False, empty_label="None: it is declined")
    answer = forms.CharField(
        label="A word to those who asked",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Without a piece: why there will be none.",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = pieces_of(user).filter(state=Piece.State.IN_USE).order_by("title", "pk")
        self.fields["piece"] = forms.ModelChoiceField(known, required=False, empty_label="None: it is declined")


def _scope(form: forms.BaseForm, user: User) -> None:
    """Stage and segment as the record has them, roles as the record and the pieces have them."""
    state = getattr(user.organisation, "index_state", None)
    known = state.choices if state else {}
    for name, label in (("stage", "For stage"), ("segment", "For segment")):
        values = [(value, shown or value) for value, shown, _deals in known.get(name, ()) if value]
        now = getattr(getattr(form, "instance", None), name, "")
        if now and now not in dict(values):
            values = [*values, (now, now)]
        form.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", "Any"), *values])
    form.fields["buyer_role"].widget = Names(roles_of(user))
