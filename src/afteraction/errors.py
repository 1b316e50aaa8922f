"""What a user is told when something is refused.

A refusal is a result: it says what was found, what was expected and what to do next. The command line prints it
and ends with status 1.
"""

from dataclasses import dataclass


@dataclass
class Refused(Exception):
    """Something was asked that cannot be done as asked.

    `found` and `expected` describe the facts, `next_step` what the user can do about it. All are whole phrases
    without a closing full stop.
    """

    found: str
    expected: str
    next_step: str = ""

    def __str__(self) -> str:
        lines = [f"found:    {self.found}", f"expected: {self.expected}"]
        if self.next_step:
            lines.append(f"next:     {self.next_step}")
        return "\n".join(lines)


@dataclass(frozen=True)
class NotEnoughData:
    """An analysis that the record cannot support: why, and what would make it possible.

    Returned in the place of a number, never instead of an error.
    """

    reason: str
    needed: str
