"""English."""

from typing import Final

WORDS: Final = {
    "title": "Your view on {company}",
    "lead": "{buyer} and {company} looked at working together. How was it for you? Eight short questions, about three "
    "minutes. Skip any you like.",
    "lead_alone": "You looked at working with {company}. How was it for you? Eight short questions, about three "
    "minutes. Skip any you like.",
    "who": "Your answers go to {sender} at {company}.",
    "kept": "What you type is kept as you go: come back with the same link at any time. Whoever has the link can go on "
    "where you stopped.",
    "optional": "optional",
    "cause": "What decided it most: the product, the price, or how it was explained?",
    "cause_product": "The product",
    "cause_price": "The price",
    "cause_story": "How it was explained",
    "cause_none": "Something else",
    "drivers": "What else weighed in your decision?",
    "drivers_hint": "Choose up to three.",
    "drivers_more": "More",
    "score": "Beside the strongest alternative, how did {company} do?",
    "score_hint": "−10: they were far better. 0: equal. +10: {company} was far better.",
    "score_none": "No answer",
    "score_low": "They were far better",
    "score_high": "{company} far better",
    "engaged": "Did the people of {company} listen to you, and did you learn something from them?",
    "engaged_yes": "Yes",
    "engaged_partly": "Partly",
    "engaged_no": "No",
    "better": "What could {company} do better?",
    "apart": "What sets {company} apart?",
    "changed": "What would have changed your decision?",
    "quote": "May {company} quote you?",
    "quote_no": "No",
    "quote_unnamed": "Yes, without my name",
    "quote_named": "Yes, with my name",
    "anonymous": "Send this anonymously",
    "anonymous_why": "Your answers are then kept without your name, your company and this deal, and shown only together "
    "with at least four others; {company} learns that you answered, not what. What you write in your own words stays as "
    "you write it.",
    "send": "Send",
    "saved": "Kept",
    "saving": "Keeping …",
    "unsaved": "Not kept yet: no connection. We try again.",
    "decline": "I would rather not answer",
    "unsubscribe": "Never ask me again",
    "thanks": "Thank you",
    "thanks_text": "Your answers have been sent. {company} will read them, and learn from them.",
    "thanks_anonymous": "Your answers have been sent without your name. Nobody can tell that they are yours, so they "
    "cannot be changed any more either.",
    "change": "Change my answers",
    "change_until": "From this browser, for an hour.",
    "declined": "That is fine",
    "declined_text": "You will not be asked about this again. Thank you for having read this far.",
    "unsubscribe_title": "Never be asked again?",
    "unsubscribe_text": "{company} will not send you any questions again, about nothing and at no time.",
    "unsubscribed": "You will not be asked again",
    "unsubscribed_text": "Your address has been taken off the list for good.",
    "back": "Back to the questions",
    "closed": "This link is not open",
    "closed_text": "If you have answered already: thank you. Otherwise the time is over, or the address is incomplete: "
    "open it once more from the mail.",
    "too_many": "Too many attempts",
    "too_many_text": "Please wait a minute and open the link again. Nothing is lost.",
    "too_long": "That is too much at once",
    "too_long_text": "An answer may have up to 4,000 characters. Please go back and shorten it; what was kept before is "
    "still there.",
    "language": "Language",
    "nothing": "There is nothing to send yet. Answer at least one question, or tell us that you would rather not.",
}
MAIL: Final = {
    "subject": "{name}, how was it with {company}?",
    "body": """Dear {name},

you recently looked at working with us. Whatever came of it, you saw us from a side that we never see ourselves.

Would you tell us what we could do better? Eight short questions, about three minutes, on any phone. You can skip any of them, and answer anonymously where you prefer.

{link}

The link works for {days} days and needs no sign-in.

Thank you
{sender}, {company}
""",
    "reminder_subject": "{name}, a last question from {company}",
    "reminder_body": """Dear {name},

a week ago we asked how it was to deal with us. If you find three minutes, this is the link once more:

{link}

This is the only reminder. If you would rather not answer, there is no need to do anything.

Thank you
{sender}, {company}
""",
    "unsubscribe": "Never be asked again:",
    "button": "Answer eight short questions",
}
DRIVERS: Final = {
    "price": "What we get for the price",
    "value_for_money": "What we get for the price",
    "budget": "Our budget",
    "product_fit": "How well the product fits",
    "product_strength": "How well the product fits",
    "missing_feature": "One particular feature",
    "key_feature": "One particular feature",
    "implementation_risk": "How safe it is to introduce",
    "safe_implementation": "How safe it is to introduce",
    "weak_relationship": "Trust in the people",
    "trust": "Trust in the people",
    "no_champion": "Someone here who wanted it",
    "champion": "Someone here who wanted it",
    "decision_makers_not_reached": "Whether the right people here took part",
    "decision_makers_reached": "Whether the right people here took part",
    "incumbent": "What we have already",
    "built_inside": "What we have already",
    "competitor_stronger": "Another vendor",
    "competitor_weaker": "Another vendor",
    "story": "What we learnt from them",
    "taught_us": "What we learnt from them",
    "slow_response": "How quickly we got answers",
    "fast_response": "How quickly we got answers",
    "contract_terms": "The contract",
    "fair_terms": "The contract",
    "security_legal": "Security and legal",
    "security_passed": "Security and legal",
    "no_references": "What other customers say",
    "references": "What other customers say",
    "no_compelling_event": "Whether it had to be now",
    "compelling_event": "Whether it had to be now",
    "timing": "Whether it had to be now",
    "priorities_changed": "Whether it had to be now",
    "no_consensus": "Agreement among ourselves",
}
