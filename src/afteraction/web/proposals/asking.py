"""The forms of the page on which a change is proposed, and what was filled in, as a wish."""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from django.http import HttpRequest, QueryDict

from afteraction.process.check import check_text
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.people.models import User
from afteraction.web.proposals.editing import ProcessEdit, activities_known
from afteraction.web.proposals.forms import TextForm, WhyForm, WordsForm
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.owners import ANSWER_WITHIN
from afteraction.web.proposals.writing import IN_WORDS, Wish, changes_of

_LONGEST: Final = 1_000_000


@dataclass(frozen=True)
class Asked:
    """What a request proposes: a script, a question, or an edit of the process by form or as its text.

    `start` is the text that the forms begin with: that of `base`, or what the author made of it before.
    """

    what: str
    as_text: bool
    base: ProcessVersion | None
    start: str

    @classmethod
    def read(cls, request: HttpRequest, user: User) -> Self:
        """A new proposal: an edit of the version that the form names, else of the newest."""
        asked = request.POST if request.method == "POST" else request.GET
        what, number, versions = asked.get("kind", ""), asked.get("base", ""), user.organisation.process_versions
        base = versions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
        base = base or versions.first()
        return cls(what if what in IN_WORDS else "process", asked.get("as") == "text", base, base.text if base else "")

    def of(self, proposal: Proposal, *, anew: bool) -> Self:
        """The same of a proposal that is changed; `anew` begins with the process as it is."""
        if not proposal.text:
            return replace(self, what=proposal.kind)
        own = replace(self, what="process", base=proposal.base, start=proposal.text)
        return replace(self, what="process") if anew or proposal.base is None else own


@dataclass
class Page:
    """The forms of a request, bound where it sends them."""

    asked: Asked
    why: WhyForm
    edit: ProcessEdit | None = None
    text_form: TextForm | None = None

    @classmethod
    def made(cls, user: User, asked: Asked, data: QueryDict | None, first: dict[str, Any] | None = None) -> Self:
        """The forms of what is asked for; `first` is what the fields say before anyone fills them in."""
        if asked.what in IN_WORDS:
            return cls(asked, WordsForm(asked.what, data, initial=first))
        page = cls(asked, WhyForm(data, initial=first))
        process = process_in(asked.start) if asked.start else None
        if asked.base is None:
            return page
        if asked.as_text or process is None:
            page.text_form = TextForm(data, initial={"base": asked.base.number, "text": asked.start})
        else:
            results = newest_results(user.organisation)
            page.edit = ProcessEdit(process, data, activities_known(results.followed()) if results else ())
        return page

    @property
    def text(self) -> str:
        """The text of the process as it would be; empty where what was filled in cannot be read."""
        if self.text_form is not None:
            data = self.text_form.data if self.text_form.is_bound else self.text_form.initial
            return str(data.get("text", ""))[:_LONGEST]
        if self.edit is None:
            return ""
        if not self.why.is_bound:
            return self.asked.start
        return self.edit.text(self.asked.start) if self.edit.is_valid() else ""

    @property
    def wish(self) -> Wish | None:
        """What is asked for; None where a field cannot be read."""
        if isinstance(self.why, WordsForm):
            return self.why.wanted() if self.why.is_valid() else None
        text, base = self.text, self.asked.base
        readable = self.why.is_valid()
        if not readable or (base is not None and not text):
            return None
        return self.why.wish(text=text, base=base.number if base else None)

    def context(self) -> dict[str, Any]:
        """What the page shows."""
        forms = {"why": self.why, "edit": self.edit, "text_form": self.text_form}
        lead = f"Everyone here reads it, with your name. Who may decide answers within {ANSWER_WITHIN.days} days."
        return {"asked": self.asked, "lead": lead} | forms | (self.preview() if self.asked.base else {})

    def preview(self) -> dict[str, Any]:
        """What the edit changes about its version, in words, or its problems."""
        text, base = self.text, self.asked.base
        if not text or base is None:
            return {"unreadable": True}
        checked = check_text(text)
        return {"checked": checked, "changes": changes_of(base.text, text) if checked.process is not None else ()}
