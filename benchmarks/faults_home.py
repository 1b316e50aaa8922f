"""What the house is made with before its faults are measured, and what it holds in the end. Runs beside the house.

    python -m benchmarks.faults_home make FOLDER FEEDS     writes FOLDER/accounts.json
    python -m benchmarks.faults_home hurry                 what waits for a later try is tried now
    python -m benchmarks.faults_home told FOLDER           writes FOLDER/told.json
    python -m benchmarks.faults_home again FOLDER FILE…    a home from the same files, without faults; FOLDER/again.json

The home and the database are those of the environment, as for the house itself.
"""

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from afteraction.web.people.models import Organisation, User

REPS: Final = 4
LEADS: Final = 1_000
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_QUIET: Final = ("content_uses", "lead_touches", "lead_changes", "trigger_events")
"""What is left out of the simulated record, so that following an import takes seconds."""


def make(folder: Path, feeds: str, deals: int = 300) -> None:
    """A record of 300 deals, people with tokens and sessions, leads that nobody has yet, and feeds."""
    from afteraction.ingest import import_paths
    from afteraction.simulate import default_organisation, simulate_chunks, write_chunks
    from afteraction.web.data.tasks import follow_record
    from afteraction.web.jobs.services import enqueue
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation, Role, User
    from afteraction.web.reviews.models import ReviewRules

    files = folder / "files"
    write_chunks(simulate_chunks(default_organisation(), deals, 3), files)
    for name in _QUIET:
        (files / f"{name}.csv").unlink()
    lines = (f"house-{n},Website,{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ},P{n}" for n in range(LEADS))
    (files / "leads.csv").write_text("\n".join(["lead_id,source,created_at,person", *lines, ""]), encoding="utf-8")
    prepare_database()
    now = datetime.now(UTC)
    made = Organisation.objects.create(name="House", folder="")
    ReviewRules.objects.create(organisation=made, since=now - timedelta(days=10_000), seed="seed", reminders=False)
    lines = (files / "deals.csv").read_text(encoding="utf-8").splitlines()[1:]
    owners = [owner for owner, _n in Counter(line.split(",")[3].strip('"') for line in lines).most_common(REPS)]
    people = {f"rep {n}": (Role.REP, owner) for n, owner in enumerate(owners)}
    people |= {"operations": (Role.OPERATIONS, ""), "admin": (Role.ADMIN, ""), "manager": (Role.MANAGER, "")}
    users = {}
    for name, (role, owner) in people.items():
        email = f"{name.replace(' ', '')}@house.example"
        users[name] = User.objects.create(email=email, name=name, organisation=made, role=role, owner_name=owner)
    import_paths([files], made.home)
    enqueue(follow_record, organisation_id=made.pk)
    accounts = {name: _account(user, now) for name, user in users.items()}
    told = {"accounts": accounts, "leads": _leads(made, now), "sources": _sources(made, feeds, now)}
    (folder / "accounts.json").write_text(json.dumps(told), encoding="utf-8")


def _account(user: "User", now: datetime) -> dict[str, Any]:
    from django.test import Client

    from afteraction.web.api.tokens import make_token

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=_BACKEND)
    token = make_token(user=user, name="faults", now=now, days=3_650)[1]
    return {"email": user.email, "owner": user.owner_name, "token": token, "session": client.cookies["sessionid"].value}


def _leads(organisation: "Organisation", now: datetime) -> list[int]:
    """Those of the record, handed over to sales, where nobody has them yet."""
    from afteraction.web.leads.index import refresh_leads
    from afteraction.web.leads.models import Lead, LeadQueue
    from afteraction.web.leads.models.agreement import Side
    from afteraction.web.leads.queues import NAMES

    refresh_leads(organisation=organisation, now=now)
    queue = LeadQueue.objects.get(organisation=organisation, name=NAMES[Side.SALES])
    later = now + timedelta(days=90)
    Lead.objects.update(state=Lead.State.ASSIGNED, queue=queue, handed_at=now, since=now, due_at=later, next_at=later)
    return list(Lead.objects.order_by("pk").values_list("pk", flat=True))


def _sources(organisation: "Organisation", feeds: str, now: datetime) -> list[int]:
    """`feeds` is the address of the feed server and how many feeds it has, as `http://127.0.0.1:1/ 5`."""
    from afteraction.web.listening.models import Source

    address, _, count = feeds.partition(" ")
    Source.objects.bulk_create(
        Source(organisation=organisation, name=f"Feed {n}", address=f"{address}{n}", every=15, next_at=now, made_at=now)
        for n in range(int(count))
    )
    return list(Source.objects.order_by("pk").values_list("pk", flat=True))


def hurry() -> None:
    """Makes due what waits for a later try: nobody wants to wait an hour for the end."""
    from django.utils import timezone
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from afteraction.web.jobs.services import enqueue
    from afteraction.web.listening.models import Source
    from afteraction.web.listening.source_tasks import fetch_source

    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
    for key in Source.objects.values_list("pk", flat=True):
        Source.objects.filter(pk=key).update(is_on=True, next_at=timezone.now())
        enqueue(fetch_source, source_id=key)


def told(folder: Path) -> None:
    """Everything that was asked for, as the tables of the house have it: what, and how often."""
    from auditlog.models import LogEntry
    from django_tasks_db.models import DBTaskResult

    from afteraction.web.data.models import Import
    from afteraction.web.deals.models import Deal
    from afteraction.web.insights.models import Claim
    from afteraction.web.leads.models import LeadAttempt, LeadEvent
    from afteraction.web.lessons.models import Lesson
    from afteraction.web.listening.models import Item
    from afteraction.web.people.models import Invitation, Organisation
    from afteraction.web.proposals.models import ProposalComment
    from afteraction.web.reviews.models import Answer

    organisation = Organisation.objects.get(name="House")
    lessons = Lesson.objects.values_list("title", flat=True)
    traced = LogEntry.objects.filter(action=LogEntry.Action.CREATE, content_type__model="lesson")
    found = {
        "lesson": Counter(lessons),
        "trail": Counter(traced.values_list("object_repr", flat=True)),
        "comment": Counter(ProposalComment.objects.values_list("text", flat=True)),
        "claim": Counter(Claim.objects.values_list("sentence", flat=True)),
        "review": Counter(Answer.objects.exclude(done_at=None).values_list("happened", flat=True)),
        "accept": _counted(LeadEvent.objects.filter(kind=LeadEvent.Kind.ACCEPTED).values_list("lead_id", flat=True)),
        "attempt": _counted(LeadAttempt.objects.values_list("lead_id", flat=True)),
        "item": Counter(Item.objects.values_list("title", flat=True)),
        "mail": Counter(Invitation.objects.values_list("user__email", flat=True)),
        "sent": Counter(Invitation.objects.exclude(sent_at=None).values_list("user__email", flat=True)),
        "import": {str(each.pk): [each.state, each.message] for each in Import.objects.all()},
        "index": Counter(Deal.objects.values_list("deal_id", flat=True)),
        "jobs": _counted(f"{path} {state}" for path, state in DBTaskResult.objects.values_list("task_path", "status")),
        "staging": sorted(str(path) for path in organisation.home.folder.glob("staging/*")),
        "record": record(organisation.home.folder),
    }
    (folder / "told.json").write_text(json.dumps(found), encoding="utf-8")


def again(folder: Path, files: list[Path]) -> None:
    """Another home is given the same files."""
    from afteraction.ingest import import_paths
    from afteraction.lake.home import Home

    home = Home.at(folder / "again")
    for path in files:
        import_paths([path], home)
    (folder / "again.json").write_text(json.dumps(record(home.folder)), encoding="utf-8")


def record(home: Path) -> dict[str, list[Any]]:
    """Of each canonical table of a home: how many rows, and a sum over them that does not hang on their order."""
    from afteraction.lake.engine import open_record
    from afteraction.lake.home import Home
    from afteraction.lake.schema import TABLES
    from afteraction.lake.store import Lake

    made = Home.at(home)
    opened = open_record(made, Lake(made).snapshot())
    found = {}
    for name in TABLES:
        columns = ", ".join(f"coalesce(\"{column}\"::VARCHAR, '')" for column in sorted(opened.tables[name].columns))
        query = f"SELECT count(*), sum(hash(concat_ws('|', {columns}))::HUGEINT)::VARCHAR FROM {name}"
        found[name] = list(opened.con.con.execute(query).fetchall()[0])
    return found


def _counted(keys: Any) -> dict[str, int]:
    return {str(key): count for key, count in Counter(keys).items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afteraction.web.settings")
    import django

    django.setup()
    from afteraction.web.isolation.scope import work_across

    work_across("a benchmark that looks at everything there is")
    what, *arguments = sys.argv[1:]
    if what == "make":
        make(Path(arguments[0]), arguments[1])
    elif what == "hurry":
        hurry()
    elif what == "again":
        again(Path(arguments[0]), [Path(each) for each in arguments[1:]])
    else:
        told(Path(arguments[0]))


if __name__ == "__main__":
    main()
