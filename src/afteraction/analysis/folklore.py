"""What is said in every sales organisation, in testable form: a start for a list of one's own."""

from typing import Final

from afteraction.analysis.behaviours import FAST_RESPONSE, THREE_PEOPLE, TWO_PEOPLE
from afteraction.analysis.claim import Claim, Direction, Subject, SubjectKind

DEMO_WORDS: Final = ("demo", "vorführung", "démo")
DISCOUNT_WORDS: Final = ("discount", "rebate", "concession", "rabatt", "nachlass", "remise")
PRICE_WORDS: Final = ("price", "pricing", "cost", "expensive", "cheaper", "preis", "teuer", "prix")

FOLKLORE: Final = (
    Claim(
        "Price is why we lose",
        Subject(SubjectKind.LOST_REASON, words=PRICE_WORDS, remedy=DISCOUNT_WORDS),
        Direction.HURTS,
    ),
    Claim("Demos win deals", Subject(SubjectKind.STEP, words=DEMO_WORDS), Direction.HELPS),
    Claim("Discounts close deals", Subject(SubjectKind.STEP, words=DISCOUNT_WORDS), Direction.HELPS),
    Claim(
        "Multi-threading wins",
        Subject(SubjectKind.BEHAVIOUR, names=(TWO_PEOPLE, THREE_PEOPLE)),
        Direction.HELPS,
    ),
    Claim("Fast follow-up wins", Subject(SubjectKind.BEHAVIOUR, names=(FAST_RESPONSE,)), Direction.HELPS),
    Claim("Long deals are lost deals", Subject(SubjectKind.AGE), Direction.HURTS),
)
