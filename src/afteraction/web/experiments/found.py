"""What verifying finds, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tampering:
    """Something that is not as it was settled, as a sentence without its full stop. `grave`: no accident explains it.

    `kind` names what was changed: seal, chain, missing, protocol, signature, assignment, exposure, look, decision,
    state, file, older, file behind, late, gone.
    """

    kind: str
    words: str
    grave: bool = True
