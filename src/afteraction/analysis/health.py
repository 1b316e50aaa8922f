"""The five health questions of a sales process, answered with figures from the record.

*Do we have a process? Do we use it, consistently? Do we know the power of each step? Do we support the skills behind
it? Do managers and leaders live by it?*
"""

from afteraction.analysis.health_answer import Evidence, Figure, HealthAnswer, Reply
from afteraction.analysis.health_of_leaders import do_leaders_live_by_it
from afteraction.analysis.health_of_power import do_we_know_the_power
from afteraction.analysis.health_of_process import do_we_have_a_process
from afteraction.analysis.health_of_skills import do_we_support_the_skills
from afteraction.analysis.health_of_use import do_we_use_it

__all__ = ["Evidence", "Figure", "HealthAnswer", "Reply", "health"]


def health(evidence: Evidence) -> tuple[HealthAnswer, ...]:
    """The five answers, in the order of the questions."""
    return (
        do_we_have_a_process(evidence),
        do_we_use_it(evidence),
        do_we_know_the_power(evidence),
        do_we_support_the_skills(evidence),
        do_leaders_live_by_it(evidence),
    )
