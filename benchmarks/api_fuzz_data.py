"""A small organisation for fuzzing the API: a record, its results, one object of every kind, and an admin's token."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from afteraction.ingest import import_paths
from afteraction.simulate import default_organisation, simulate, write
from afteraction.web.api.tokens import make_token
from afteraction.web.data import services as data
from afteraction.web.data.tasks import look_at_files
from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.deals.services import save_view
from afteraction.web.insights import claiming
from afteraction.web.insights import services as insights
from afteraction.web.insights.forms import subjects
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people import services as people
from afteraction.web.people.models import Organisation, Role, User


def make_organisation(deals: int = 500) -> tuple[str, dict[str, dict[str, Any]]]:
    """A token with all scopes, and the parameters that name something, by the beginning of an address."""
    organisation = Organisation.objects.create(name="Fuzzed")
    admin = User.objects.create_user("admin@fuzzed.example", "x" * 20, name="Ada", organisation=organisation)
    admin.role = Role.ADMIN
    admin.save()
    with TemporaryDirectory() as folder:
        write(simulate(default_organisation(), deals, 5), Path(folder))
        import_paths(sorted(Path(folder).glob("*.csv")), organisation.home)
        text = (Path(folder) / "process.yaml").read_text(encoding="utf-8")
    refresh_index(organisation=organisation)
    insights.save_process(by=admin, text=text)
    analysis = insights.ask_for_analysis(organisation=organisation)
    assert analysis is not None
    insights.analyse(analysis=analysis)
    return with_objects(admin)


def with_objects(admin: User) -> tuple[str, dict[str, dict[str, Any]]]:
    """The same in an organisation that has a record and its results."""
    organisation = admin.organisation
    shown = newest_results(organisation)
    assert shown is not None
    subject = next(iter(subjects(shown.figures)))
    claim = claiming.state_claim(
        by=admin, sentence="It wins deals", kind=subject.kind, name=subject.name, level=subject.level, direction="helps"
    )
    import_ = data.begin(by=admin)
    data.add_file(import_=import_, name="deals.csv", chunks=[b"deal_id,outcome\nD1,won\n"])
    data.look(import_=import_)
    look_at_files.call(import_id=import_.pk)
    invited = people.prepare_invitation(
        organisation=organisation, made_by=admin, email="new@fuzzed.example", name="N", role="rep", now=timezone.now()
    )
    _token, secret = make_token(user=admin, name="Fuzz", now=timezone.now())
    deal_id = Deal.objects.filter(organisation=organisation).values_list("deal_id", flat=True)[0]
    view = save_view(user=admin, name="Mine", filters=DealFilters())
    return secret, {
        "/deals/": {"deal_id": deal_id},
        "/similar-deals/": {"deal_id": deal_id},
        "/deal-views/": {"view_id": view.pk},
        "/process/versions/": {"number": 1},
        "/figures/": {"part_name": "steps"},
        "/result-files/": {"name": "deals.parquet"},
        "/analyses/": {"key": shown.analysis.pk},
        "/claims/": {"key": claim.pk},
        "/data/imports/": {"key": import_.pk, "name": "deals.csv"},
        "/people/": {"key": invited.user_id},
    }
