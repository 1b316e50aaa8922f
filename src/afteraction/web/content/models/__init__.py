"""What is kept of content: pieces with their uses, what is said of them and asked for, and drafts of insight pieces."""

from afteraction.web.content.models.insight import Insight, InsightPart, ReviewConsent
from afteraction.web.content.models.piece import EffectDeals, Piece, PieceVersion, Rating
from afteraction.web.content.models.request import ContentRequest, RequestDeal, RequestNotice, RequestVote
from afteraction.web.content.models.use import ContentState, DealLink, DealRoles, PieceUse

__all__ = [
    "ContentRequest",
    "ContentState",
    "DealLink",
    "DealRoles",
    "EffectDeals",
    "Insight",
    "InsightPart",
    "Piece",
    "PieceUse",
    "PieceVersion",
    "Rating",
    "RequestDeal",
    "RequestNotice",
    "RequestVote",
    "ReviewConsent",
]
