"""Old results: their folders would fill the disk, since every import and every change of the process makes one."""

from pathlib import PurePath
from typing import Final

from afteraction.web.deals.models import IndexState
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.selectors import COMPARED
from afteraction.web.people.models import Organisation

KEPT: Final = COMPARED + 4
"""More than are ever shown, so that a page that is being made still finds what it began with."""


def forget_results(*, organisation: Organisation) -> int:
    """Removes the results that are neither among the newest nor referred to; returns how many folders went.

    1. What is shown stays: the newest `KEPT`, those that the deals show their chances from, those that claims were
       judged by, and whatever is not done, whose folder a worker may be putting in place.
    2. The others are marked as forgotten: no page opens them from now on.
    3. The folders of what is forgotten or gone are moved into staging, and removed there. Killed in between, the next
       run goes on here; staging is swept by whoever uses it next.
    """
    done = Analysis.objects.filter(organisation=organisation, state=Analysis.State.DONE)
    kept = set(done.order_by("-id").values_list("pk", flat=True)[:KEPT])
    kept |= set(organisation.claims.exclude(judged_by=None).values_list("judged_by", flat=True))
    shown = IndexState.objects.filter(organisation=organisation).values_list("evidence_folder", flat=True).first()
    if shown:
        kept.add(int(PurePath(shown).name))
    done.exclude(pk__in=kept).update(state=Analysis.State.FORGOTTEN, folder="")
    return _remove_folders(organisation)


def _remove_folders(organisation: Organisation) -> int:
    home = organisation.home
    folders = [each for each in (home.folder / "results").glob("*") if each.name.isdecimal()]
    named = Analysis.objects.filter(organisation=organisation, pk__in=[int(each.name) for each in folders])
    here = set(named.exclude(state=Analysis.State.FORGOTTEN).values_list("pk", flat=True))
    old = [each for each in folders if int(each.name) not in here]
    if old:
        with home.staging() as staging:
            for each in old:
                each.rename(staging / each.name)
    return len(old)
