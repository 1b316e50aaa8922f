"""The ranking as it is kept for the pages: of a record, learned; without one, nothing; with a short one, an opinion."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record, give_data
from tests.web.listening.made import heard

from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.listening import acting
from afteraction.web.listening.models import ListeningResult, RankedAccount
from afteraction.web.listening.ranking import keep_ranking


def test_accounts_with_fresh_events_are_ranked_and_the_pages_show_what_that_rests_on(
    cast: Cast, record: Record, client: Client
) -> None:
    give_data(cast, record)
    refresh_index(organisation=cast.organisation)
    now = timezone.now()
    accounts = Deal.objects.exclude(account_id="").order_by("account_id").values_list("account_id", "account_name")
    events = [
        heard(cast, account_id=key, account=name, title=f"{name} raises money", now=now, days=days)
        for days, (key, name) in enumerate(accounts.distinct()[:6], 1)
    ]
    old = heard(cast, account_id="long ago", account="Long Ago", title="Long ago", now=now, days=200)
    acting.say(by=cast.rep, event=events[0], said="not_relevant", why="no need", now=now)
    assert keep_ranking(organisation=cast.organisation, now=now) == 5
    ranked = list(RankedAccount.objects.order_by("place"))
    assert [each.place for each in ranked] == [1, 2, 3, 4, 5]
    assert [each.chance for each in ranked] == sorted((each.chance for each in ranked), reverse=True)
    assert not {events[0].account_id, old.account_id} & {each.account_id for each in ranked}
    figures = ListeningResult.objects.get(kind="ranking").figures
    assert all((each.n is None) == figures["opinion"] for each in ranked)
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/listening/").content.decode()
    assert ranked[0].account in page
    assert ("An opinion, not learned" in page) == figures["opinion"]
    assert client.get("/listening/pays/").status_code == 200
    keep_ranking(organisation=cast.organisation, now=now + timedelta(days=1))
    assert RankedAccount.objects.count() == 5


def test_nothing_is_ranked_before_there_is_a_record(cast: Cast) -> None:
    heard(cast, account_id="A1", account="Acme", title="Acme raises money", now=timezone.now())
    assert keep_ranking(organisation=cast.organisation, now=timezone.now()) == 0
    assert not ListeningResult.objects.exists()
