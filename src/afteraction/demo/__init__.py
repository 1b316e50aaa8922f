"""The demo: two organisations with their records, people of every role, and the web application to look at them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from afteraction.demo import samples

if TYPE_CHECKING:
    from afteraction.demo.people import SignIn

SIGN_IN_FILE: Final = "demo-sign-in.json"
_ORDER: Final = ("manager", "rep", "marketing", "operations", "executive", "admin", "outsider")


@dataclass(frozen=True)
class Demo:
    """A demo that is ready: who can sign in, by role, and the file that says so too."""

    sign_ins: "dict[str, SignIn]"
    file: Path


def make_demo(folder: Path, console: Console, address: str) -> Demo:
    """Fill `folder` with both organisations, their people, results and reports. Can be repeated.

    `AFTERACTION_HOME` must name `folder`; `address` is where the demo will be served.
    """
    folder = folder.expanduser().resolve()
    first = samples.simulated(folder, console)
    second = samples.maven(folder / "organisations" / "maven", console)
    return _in_the_database(first, second, address, console)


def serve_demo(demo: Demo, console: Console, host: str, port: int) -> None:
    """Say how to sign in, and serve until stopped."""
    from afteraction.web.serving import Serving, serve

    def say(text: str) -> None:
        console.print(text, markup=False)

    console.rule("The web application")
    say(sign_in_text(demo))
    serve(Serving(host, port), say)


def sign_in_text(demo: Demo) -> str:
    """Who can sign in with what: the manager first, then how to become each other role."""
    width = max(len(each.email) for each in demo.sign_ins.values())
    lines = ["Sign in as the manager, or become someone else (the list is in " + str(demo.file) + "):", ""]
    for part in _ORDER:
        each = demo.sign_ins[part]
        lines.append(f"  {part:<10}  {each.email:<{width}}  {each.password}  {each.name}")
    return "\n".join([*lines, ""])


def _in_the_database(first: samples.Sample, second: samples.Sample, address: str, console: Console) -> Demo:
    from afteraction.web.serving import start_django

    start_django(address)
    from afteraction.demo.before_after import make_before_after
    from afteraction.demo.buyers import make_buyers
    from afteraction.demo.coaching import make_coaching
    from afteraction.demo.content import make_content, make_meetings
    from afteraction.demo.leads import make_leads
    from afteraction.demo.lessons import make_lessons
    from afteraction.demo.listening import make_listening
    from afteraction.demo.people import cast, make_people, outsider
    from afteraction.demo.plays import make_plays
    from afteraction.demo.practice import make_practice
    from afteraction.demo.proposals import make_proposals
    from afteraction.demo.results import make_results
    from afteraction.demo.reviews import make_reviews
    from afteraction.demo.trials import make_trials
    from afteraction.demo.walls import make_walls
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation, User

    prepare_database()
    here, _ = Organisation.objects.update_or_create(folder="", defaults={"name": first.name})
    there, _ = Organisation.objects.update_or_create(folder="maven", defaults={"name": second.name})
    file = first.home.folder / SIGN_IN_FILE
    people = dict.fromkeys(cast(first.home), here) | {outsider(): there}
    demo = Demo(make_people(people, file), file)
    operations = User.objects.get(email=demo.sign_ins["operations"].email)
    make_results({here: first, there: second}, operations, console)
    rep, manager = (User.objects.get(email=demo.sign_ins[part].email) for part in ("rep", "manager"))
    make_reviews(here, rep, manager)
    make_buyers(here, operations, manager)
    make_lessons(here, rep, manager)
    make_coaching(here, rep, manager)
    make_walls(here, manager)
    make_plays(here, rep, manager)
    make_proposals(here, rep, manager)
    make_trials(here, manager)
    make_before_after(here, manager)
    make_practice(here, rep)
    make_leads(here)
    make_content(here, rep, manager)
    make_meetings(here, manager)
    make_listening(here, rep, manager)
    return demo
