"""Pieces by words: each word of the search begins a word of the title, the text, the file or the scope.

Whoever writes a piece sets `search_words` to what `words_of` says.
"""

from typing import Final

from django.db.models import QuerySet

from afteraction.web.content.models import Piece
from afteraction.web.full_text import WordIndex, asked_words, joined_words
from afteraction.web.people.models import Organisation

INDEX: Final = WordIndex("pieces_search", "content_piece")
MOST: Final = 500
"""Pieces that a search finds at most: whoever gets more types another word."""
_MOST_WORDS: Final = 600


def words_of(piece: Piece) -> str:
    """What a piece is searched by."""
    scope = (piece.kind, piece.stage, piece.segment, piece.buyer_role, piece.reference)
    return joined_words(piece.title, piece.text, *scope, most=_MOST_WORDS)


def find(organisation: Organisation, search: str) -> "QuerySet[Piece] | None":
    """The pieces with every word of a search; None where it has no word in it."""
    asked = asked_words(search)
    if not asked:
        return None
    return Piece.objects.filter(organisation=organisation, pk__in=INDEX.keys(organisation.pk, asked, MOST))
