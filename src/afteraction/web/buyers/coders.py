"""How far coders agree, over all transcripts that two of them have coded: Krippendorff's alpha of sets of drivers."""

from collections import defaultdict

import numpy as np

from afteraction.analysis.agreement import Agreement, agreement_on_sets
from afteraction.analysis.transcript import turns
from afteraction.errors import NotEnoughData
from afteraction.web.buyers.models import Code, Coding
from afteraction.web.people.models import Organisation


def agreement_of_coders(organisation: Organisation) -> Agreement | NotEnoughData:
    """Alpha over the turns of transcripts with two finished codings or more; turns of an interview are drawn together.

    A turn is what one speaker says until another does. Who found nothing in it has answered too: with no driver.
    """
    codings: dict[int, list[Coding]] = defaultdict(list)
    done = Coding.objects.filter(interview__organisation=organisation, done_at__isnull=False)
    for coding in done.select_related("interview").order_by("interview", "pk"):
        codings[coding.interview_id].append(coding)
    several = {key: found for key, found in codings.items() if len(found) > 1}
    codes: dict[int, list[Code]] = defaultdict(list)
    for code in Code.objects.filter(coding__interview__in=several, state=Code.State.CONFIRMED):
        codes[code.coding_id].append(code)
    rows: list[list[frozenset[str] | None]] = []
    owner = []
    for key, found in several.items():
        for turn in turns(found[0].interview.transcript):
            sets = [_named(codes[coding.pk], turn.start, turn.end) for coding in found]
            if any(sets):  # what nobody coded says nothing of drivers: greetings, the questions of the interviewer
                rows.append(list(sets))
                owner.append(str(key))
    return agreement_on_sets(rows, np.random.default_rng(0), owner=owner)


def _named(codes: list[Code], start: int, end: int) -> frozenset[str]:
    return frozenset(str(code.driver_id) for code in codes if code.start < end and code.end > start)
