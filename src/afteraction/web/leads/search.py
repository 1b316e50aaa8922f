"""Leads by words: each word of the search begins a word of the person, the account, the campaign or the id.

Whoever writes a lead sets `search_words` to what `words_of` says.
"""

from typing import Final

from afteraction.web.full_text import WordIndex, joined_words

INDEX: Final = WordIndex("leads_search", "leads_lead", longest=8)
_MOST_WORDS: Final = 60


def words_of(person_name: str, account_name: str, lead_id: str, campaign: str) -> str:
    """What a lead is searched by."""
    return joined_words(person_name, account_name, lead_id, campaign, most=_MOST_WORDS)
