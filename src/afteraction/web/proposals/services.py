"""What may be done with proposals: made, changed, supported, talked about, answered, withdrawn."""

from datetime import datetime

from afteraction.web.people.models import Organisation
from afteraction.web.proposals.finding import Finding
from afteraction.web.proposals.models import Proposal


def propose_from_analysis(*, organisation: Organisation, finding: Finding, now: datetime) -> Proposal | None:
    """Proposes what the analysis found; None where that is proposed already, or there is nothing to change any more.

    The same finding (`key`) is never proposed twice while the first waits, is tried or was adopted. One that was
    declined or withdrawn is proposed again only when its evidence differs (`Evidence.differs_from`).
    """
    raise NotImplementedError
