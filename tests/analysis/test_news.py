"""Items to trigger events: stories, accounts, kinds, people and what is learned."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from benchmarks.listening_held_out import HELD_OUT
from benchmarks.listening_texts import Paper
from benchmarks.listening_truth import account_rows, found_kinds, hard_rows, real_items

from afteraction.analysis.news_accounts import Named, account_names, bare_name, domain_of, find_accounts
from afteraction.analysis.news_kinds import KINDS, NONE, Correction, kinds_of, learn
from afteraction.analysis.news_people import people_of
from afteraction.analysis.news_reading import read_news
from afteraction.analysis.news_stories import OLD, Stories, signature
from afteraction.analysis.news_text import LANGUAGES, language_of, lists, words_of

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_TEXT = (
    "Brightwell will close its plant in Leeds next year and cut 400 jobs, the company said on Monday. The maker of "
    "scanners blamed weak demand from hospitals and a strong pound. Unions called the plan a shock for the town."
)
_BOOK = account_names(
    [Named("Brightwell Ltd", "b"),
     Named("korvin.example", "k", "domain"), Named("Korvin AG", "k"), Named("Korvin Foods", "k", "subsidiary"),
     Named("Helvoro Inc", "h1"), Named("Helvoro Ltd", "h2"), Named("Target Corp", "t")]
)  # fmt: skip


def _kinds(text: str, language: str = "en") -> dict[str, float]:
    return found_kinds(text, "", language)


def test_every_kind_has_phrases_in_every_language() -> None:
    for language in LANGUAGES:
        held = lists(language)
        assert set(held["kinds"]) == set(KINDS)
        phrases = [each for kind in held["kinds"].values() for weight in kind.values() for each in weight]
        phrases += held["negations"] + held["rumours"] + held["little"] + held["common"]
        assert all(isinstance(each, str) and each for each in phrases)


def test_the_language_is_that_of_the_little_words() -> None:
    assert language_of(words_of("Das Werk wird von der Stadt und dem Land gebaut"), "en") == "de"
    assert language_of(words_of("Le site est dans la ville et les usines sont pour le groupe")) == "fr"
    assert language_of(words_of("Brightwell"), "es-MX") == "es"


def test_sentences_do_not_end_at_short_forms() -> None:
    words = words_of("", "Dr. Miller leads Korvin Inc. Group in the U.S. market. Then she left.")
    assert words.sentences == ("Dr. Miller leads Korvin Inc. Group in the U.S. market.", "Then she left.")


def test_a_story_told_again_with_another_title_and_cut_is_the_same() -> None:
    stories = Stories()
    stories.put(signature(words_of("Brightwell to cut 400 jobs", _TEXT)), 7, _AT)
    again = signature(words_of("Jobs to go at Brightwell - Leeds Daily", _TEXT[:-20]))
    same = stories.find(again, _AT + timedelta(hours=5))
    assert same is not None
    assert (same.story, same.is_old) == (7, False)


def test_old_news_published_again_are_known_as_old() -> None:
    stories = Stories()
    mark = signature(words_of("Brightwell to cut 400 jobs", _TEXT))
    stories.put(mark, 7, _AT)
    same = stories.find(mark, _AT + OLD + timedelta(days=1))
    assert same is not None
    assert same.is_old
    assert same.first_at == _AT


def test_a_title_about_another_company_is_another_story() -> None:
    stories = Stories()
    stories.put(signature(words_of("Brightwell raises $20 million in Series B round")), 1, _AT)
    assert stories.find(signature(words_of("Korvin raises $20 million in Series B round")), _AT) is None
    assert stories.find(0, _AT) is None


def test_thousands_of_stories_are_told_apart_and_found_again() -> None:
    paper, stories, right, found, retold = Paper(1_000), Stories(), 0, 0, 0
    seen: set[int] = set()
    for number in range(4_000):
        item = paper.item(number)
        mark = signature(words_of(item.title, item.text))
        same = stories.find(mark, item.at)
        stories.put(mark, same.story if same else item.story, item.at)
        retold += item.story in seen
        found += same is not None
        right += same is not None and same.story == item.story
        seen.add(item.story)
    assert right >= 0.995 * found
    assert right >= 0.85 * retold


def test_legal_forms_are_no_part_of_a_name() -> None:
    assert bare_name("The Acme Holding GmbH & Co. KG") == ("acme",)
    assert bare_name("Société Générale S.A.") == ("societe", "generale")
    assert bare_name("AG") == ("ag",)


def test_a_name_of_two_accounts_is_asked_and_once_answered_it_is_known() -> None:
    found = find_accounts(words_of("Helvoro buys a rival"), _BOOK)
    assert not found.sure
    assert [each.accounts for each in found.doubtful] == [("h1", "h2")]
    told = account_names(
        [Named("Helvoro Inc", "h1"), Named("Helvoro Ltd", "h2"), Named("Helvoro", "h2", "alias", is_said=True)]
    )
    assert [each.account for each in find_accounts(words_of("Helvoro buys a rival"), told).sure] == ["h2"]


def test_a_name_said_to_be_none_of_ours_is_no_longer_found() -> None:
    told = account_names([Named("Target Corp", "t"), Named("Target", "", "alias", is_said=True)])
    found = find_accounts(words_of("Target opens a store"), told)
    assert (found.sure, found.doubtful) == ((), ())


def test_subsidiaries_domains_and_possessives_lead_to_the_account() -> None:
    for text in (
        "Korvin Foods closes",
        "See korvin.example today",
        "The end of Korvin’s plant",
        "Der Korvin-Chef geht",
    ):
        assert {each.account for each in find_accounts(words_of(text), _BOOK).sure} == {"k"}, text


def test_a_domain_is_read_out_of_addresses() -> None:
    for text in (
        "https://www.korvin.example:8443/a//b?c=@d",
        "korvin.example",
        "anna@Korvin.example",
        "//korvin.example/x",
    ):
        assert domain_of(text) == "korvin.example", text
    assert domain_of("Korvin") == ""
    assert domain_of("news.slack.example ") == "news.slack.example"


def test_hard_names_are_told_apart() -> None:
    for what, precision, recall in account_rows():
        assert all(share.startswith("100.0%") for share in (precision, recall) if share), what


def test_events_are_told_and_what_is_denied_is_not() -> None:
    for what, precision, recall in hard_rows():
        assert all(float(share.split("%")[0]) >= 95 for share in (precision, recall) if share), what


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_in_words_of_others_raise_no_false_alarm(language: str) -> None:
    for kind, said in HELD_OUT[language]:
        sure = {each for each, confidence in _kinds(said, language).items() if confidence >= 0.5}
        assert sure <= {kind} - {""}, said


@pytest.mark.parametrize(
    ("kind", "said", "language"),
    [
        ("leadership_change", "Brightwell boss to step aside after ten years", "en"),
        ("funding", "Korvin bags $12m from investors", "en"),
        ("layoffs", "Korvin axes 300 roles", "en"),
        ("contract_end", "Korvin cancelled its contract with Helvoro", "en"),
        ("leadership_change", "Finanzvorständin von Korvin tritt ab", "de"),
        ("expansion", "Korvin errichtet ein neues Logistikzentrum", "de"),
        ("layoffs", "Korvin trennt sich von 200 Beschäftigten", "de"),
        ("acquisition", "Korvin s'empare de son concurrent Helvoro", "fr"),
        ("expansion", "Korvin inaugure un nouvel entrepôt", "fr"),
        ("leadership_change", "La directrice de Korvin se pone al frente del grupo", "es"),
        ("contract_end", "El contrato de Korvin con Helvoro caduca en junio", "es"),
    ],
)
def test_the_phrases_of_headlines_are_known(kind: str, said: str, language: str) -> None:
    assert _kinds(said, language).get(kind, 0) >= 0.5


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Korvin wins $40 million contract", "en"),
        ("How to cut jobs without tears", "en"),
        ("Korvin errichtet kein neues Logistikzentrum", "de"),
        ("Korvin ne supprime aucun poste", "fr"),
        ("Korvin no abre una nueva fábrica", "es"),
    ],
)
def test_what_only_sounds_like_an_event_is_none(said: str, language: str) -> None:
    assert all(confidence < 0.5 for confidence in _kinds(said, language).values())


def test_a_rumour_is_less_sure() -> None:
    plain, rumour = _kinds("Korvin acquires Brightwell"), _kinds("Korvin reportedly acquires Brightwell")
    assert rumour["acquisition"] < plain["acquisition"]
    assert kinds_of(words_of("Korvin reportedly acquires Brightwell"), "en")[0].is_rumour


def test_the_sentence_that_shows_an_event_is_given() -> None:
    told = read_news("Hard times in Leeds", _TEXT, _BOOK)
    layoffs = next(each for each in told.events if each.kind == "layoffs")
    assert (layoffs.account, layoffs.name) == ("b", "Brightwell")
    assert layoffs.sentence.startswith("Brightwell will close its plant")


@pytest.mark.parametrize(
    ("sentence", "language", "name", "role"),
    [
        ("Brightwell names Sarah Miller as its new CFO", "en", "Sarah Miller", "cfo"),
        ("Anna Schmidt wird Vorstandschefin der Korvin AG", "de", "Anna Schmidt", "ceo"),
        ("Korvin nomme Claire Dupont directrice financière", "fr", "Claire Dupont", "cfo"),
        ("Korvin nombra a Ana de la Torre consejera delegada", "es", "Ana de la Torre", "ceo"),
    ],
)
def test_people_are_found_with_their_roles(sentence: str, language: str, name: str, role: str) -> None:
    assert [(each.name, each.role_in_general) for each in people_of(sentence, language)] == [(name, role)]


def test_corrections_move_what_is_like_them_and_little_else() -> None:
    wrong = [Correction(f"Korvin launches song number {n} of the choir", "product_launch", NONE) for n in range(8)]
    right = [Correction(f"Korvin launches scanner model {n}", "product_launch", "product_launch") for n in range(8)]
    learned = learn([*wrong, *right])
    kinds = {
        text: {each.kind: each.confidence for each in kinds_of(words_of(text), "en", learned)}
        for text in ("Brightwell launches song of the choir", "Brightwell launches scanner")
    }
    assert kinds["Brightwell launches song of the choir"].get("product_launch", 0) < 0.5
    assert (
        kinds["Brightwell launches scanner"]["product_launch"]
        > _kinds("Brightwell launches scanner")["product_launch"] - 0.05
    )
    assert "layoffs" in {each.kind for each in kinds_of(words_of("Brightwell cuts 400 jobs"), "en", learned)}


def test_real_items_without_an_event_are_mostly_left_alone(shared_data: Path) -> None:
    assert shared_data
    quiet = [
        not any(confidence >= 0.5 for confidence in found_kinds(title, text, language).values())
        for title, text, language, label in real_items()
        if not label
    ]
    assert len(quiet) > 150
    assert np.mean(quiet) > 0.95
