"""What the buyer's voice keeps: rules, invitations, answers, interviews."""

from afteraction.web.buyers.models.answers import AnonymousAnswer, BuyerAnswer, HeldAnswer, Said
from afteraction.web.buyers.models.asking import Asking, BuyerFigures, Draft, Invitation, Link, Unsubscribed
from afteraction.web.buyers.models.interviews import Code, Coding, Interview, ModelRequest
from afteraction.web.buyers.models.programme import BuyerWords, MailText, Programme

__all__ = [
    "AnonymousAnswer",
    "Asking",
    "BuyerAnswer",
    "BuyerFigures",
    "BuyerWords",
    "Code",
    "Coding",
    "Draft",
    "HeldAnswer",
    "Interview",
    "Invitation",
    "Link",
    "MailText",
    "ModelRequest",
    "Programme",
    "Said",
    "Unsubscribed",
]
