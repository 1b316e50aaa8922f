"""Sales organisations whose truth is known: for the demo, the tests, and anyone who doubts a method."""

from afteraction.simulate.examples import chance_only, default_organisation, null_effects
from afteraction.simulate.folder import write, write_chunks
from afteraction.simulate.organisation import Organisation, Traps
from afteraction.simulate.record import SimulatedRecord, simulate, simulate_chunks
from afteraction.simulate.steps import Intervention
from afteraction.simulate.truth import Truth, find_truth

__all__ = [
    "Intervention",
    "Organisation",
    "SimulatedRecord",
    "Traps",
    "Truth",
    "chance_only",
    "default_organisation",
    "find_truth",
    "null_effects",
    "simulate",
    "simulate_chunks",
    "write",
    "write_chunks",
]
