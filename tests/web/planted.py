"""Objects of the first organisation with a word that no answer to anyone else may hold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.buyers.planted import BuyersWorld, plant_buyers
from tests.web.coaching.planted import CoachingWorld, plant_coaching
from tests.web.content.planted import ContentWorld, plant_content
from tests.web.experiments.planted import locked_protocol, planned_trial, plant_trials
from tests.web.experiments.planted_changes import plant_changes, planted_change
from tests.web.leads.planted import LeadsWorld, plant_leads
from tests.web.lessons.planted_matching import MatchingWorld, plant_matching
from tests.web.listening.planted import ListeningWorld, plant_listening
from tests.web.plays.planted import plant_plays
from tests.web.practice.planted import plant_practice
from tests.web.proposals.planted import plant_proposal
from tests.web.walls.planted import WallsWorld, plant_walls

from afteraction.web.api.models import Token
from afteraction.web.connectors.models import Connector
from afteraction.web.connectors.sealing import seal
from afteraction.web.data import services as data
from afteraction.web.data.models import Import
from afteraction.web.data.tasks import look_at_files
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal, SavedView
from afteraction.web.experiments.before_after_models import BeforeAfter
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.insights.behind import effect_keys
from afteraction.web.insights.models import Analysis, Claim, ProcessVersion
from afteraction.web.insights.results import saved
from afteraction.web.lessons.models import Lesson
from afteraction.web.people import services
from afteraction.web.people.models import User
from afteraction.web.plays.models import Play, PlayVersion
from afteraction.web.proposals.models import Proposal
from afteraction.web.reviews.account import keep_account
from afteraction.web.reviews.across import keep_agreement
from afteraction.web.reviews.models import Review, ReviewRules
from afteraction.web.reviews.services import finish, follow_deals, save_answer
from afteraction.web.reviews.taxonomy import add_driver

SECRET: Final = "Zanzibar"
"""In every text of the first organisation's objects, and nowhere in the code."""


@dataclass(frozen=True)
class World:
    """What addresses name. All of it belongs to the first organisation."""

    cast: Cast
    rep: User
    invited: User
    deal: Deal
    view: SavedView
    claim: Claim
    version: ProcessVersion
    adding: Import
    ready: Import
    done: Import
    connector: Connector
    review: Review
    buyers: BuyersWorld
    coaching: CoachingWorld
    walls: WallsWorld
    matching: MatchingWorld
    leads: LeadsWorld
    content: ContentWorld
    listening: ListeningWorld
    effect: str
    reps: tuple[str, ...]
    account: str = "zanzibar-1"
    figures: str = "figures.json"
    report: str = "report.html"
    report_pdf: str = "report.pdf"
    table: str = "deals.parquet"
    part: str = "steps"
    file_name: str = "deals.csv"
    uid: str = "1"
    driver: str = "zanzibar-weather"
    wrong_key: str = "nobody-made-this"

    @property
    def analysis(self) -> Analysis:
        """The one whose results are shown."""
        return Analysis.objects.get(organisation=self.cast.organisation)

    @property
    def play(self) -> Play:
        """A draft of the rep, without a move."""
        return Play.objects.get(organisation=self.cast.organisation, state=Play.State.DRAFT)

    @property
    def published_play(self) -> Play:
        """One that colleagues follow."""
        return Play.objects.get(organisation=self.cast.organisation, state=Play.State.PUBLISHED)

    @property
    def play_version(self) -> PlayVersion:
        """Its edition."""
        return PlayVersion.objects.get(play=self.published_play)

    @property
    def proposal(self) -> Proposal:
        """One of the rep, which waits for an answer."""
        return Proposal.objects.get(organisation=self.cast.organisation)

    @property
    def protocol(self) -> Protocol:
        """That of a trial of the manager and the executive that runs."""
        return locked_protocol(self.cast)

    @property
    def planned_trial(self) -> Experiment:
        """One of theirs that both could sign."""
        return planned_trial(self.cast)

    @property
    def change(self) -> BeforeAfter:
        """One that was made without a trial, measured."""
        return planted_change(self.cast)

    @property
    def lesson(self) -> Lesson:
        """The draft that the planted review made."""
        return Lesson.objects.get(review=self.review)

    @property
    def token(self) -> Token:
        """That of `rep`."""
        return Token.objects.filter(user=self.rep).latest("pk")


def plant(cast: Cast, record: Record) -> World:
    """A record with its results, and one object of every kind, in the first organisation."""
    give_data(cast, record)
    analysis = give_results(cast, record).analysis
    for user in cast.insiders().values():
        user.name = f"{user.name} {SECRET}"
        user.save()
    cast.organisation.name = f"Northwind {SECRET}"
    cast.organisation.save()
    refresh_index(organisation=cast.organisation)
    show_evidence(organisation=cast.organisation, folder=f"results/{analysis.pk}", version=1)
    deal = Deal.objects.filter(organisation=cast.organisation).order_by("pk")[0]
    Deal.objects.filter(organisation=cast.organisation).update(name=f"{SECRET} deal", account_name=SECRET)
    claim = Claim.objects.create(
        organisation=cast.organisation, sentence=f"{SECRET} wins", kind="behaviour", name="none", direction="helps",
        stated_by=cast.rep,
    )  # fmt: skip
    version = ProcessVersion.objects.get(organisation=cast.organisation)
    version.note = f"{SECRET} note"
    version.save()
    invitation = services.prepare_invitation(
        organisation=cast.organisation, made_by=cast.admin, email="invited@northwind.example", name=f"Ivo {SECRET}",
        role="rep", now=timezone.now(),
    )  # fmt: skip
    adding, ready, done = _import(cast), _looked_at(cast), _done(cast)
    TOTP.activate(cast.team_mate, generate_totp_secret())
    RecoveryCodes.activate(cast.team_mate)
    view = SavedView.objects.create(user=cast.rep, name=f"{SECRET} view", query="outcome=won", shared=True)
    effect = min(effect_keys(saved(analysis)))
    reps = tuple(each["rep"] for each in record.figures["reps"])
    connector, review = _connector(cast), _review(cast)
    plant_practice(cast, SECRET)
    plant_plays(cast, SECRET)
    plant_proposal(cast, SECRET)
    plant_trials(cast, SECRET)
    plant_changes(cast, SECRET)
    return World(
        cast,
        cast.rep,
        invitation.user,
        deal,
        view,
        claim,
        version,
        adding,
        ready,
        done,
        connector,
        review,
        plant_buyers(cast, review, SECRET),
        plant_coaching(cast, SECRET),
        plant_walls(cast, review, deal, SECRET),
        plant_matching(cast, SECRET),
        plant_leads(cast, SECRET),
        plant_content(cast, review, deal, SECRET),
        plant_listening(cast, SECRET),
        effect,
        reps,
    )


def _review(cast: Cast) -> Review:
    """Of a deal of the rep, who has said something in every field; there are figures over it, and a driver of ours."""
    now = timezone.now()
    follow_deals(organisation=cast.organisation, now=now)
    ReviewRules.objects.filter(organisation=cast.organisation).update(since=now - timedelta(days=9_999))
    follow_deals(organisation=cast.organisation, now=now)
    add_driver(by=cast.operations, now=now, name=f"{SECRET} weather", crm_reasons=[SECRET])
    review = Review.objects.filter(organisation=cast.organisation, person=cast.rep, state="due").order_by("pk")[0]
    texts = dict.fromkeys(("happened", "keep", "change", "lesson", "private_note"), f"{SECRET} said")
    save_answer(by=cast.rep, review=review, now=now, fields=texts | {"unknown": True})
    finish(by=cast.rep, review=review, now=now)
    keep_account(organisation=cast.organisation, now=now)
    keep_agreement(organisation=cast.organisation, now=now)
    review.refresh_from_db()
    return review


def _connector(cast: Cast) -> Connector:
    """Of a host that is nowhere."""
    return Connector.objects.create(
        organisation=cast.organisation, kind=Connector.Kind.HUBSPOT, address="https://crm.invalid", client_id=SECRET,
        secret=seal(SECRET), secret_given_at=timezone.now(),
        tested={"at": "2026-01-01T00:00:00+00:00", "message": SECRET, "objects": []},
    )  # fmt: skip


def _import(cast: Cast) -> Import:
    made = data.begin(by=cast.operations)
    text = f"deal_id,name,outcome,created_at\n1,{SECRET},won,2025-01-01T10:00:00Z\n"
    data.add_file(import_=made, name=f"{SECRET}.csv", chunks=[text.encode()])
    return made


def _looked_at(cast: Cast) -> Import:
    made = _import(cast)
    data.look(import_=made)
    look_at_files.call(import_id=made.pk)
    made.refresh_from_db()
    assert made.state == Import.State.READY
    return made


def _done(cast: Cast) -> Import:
    """As if it had been imported, with refused rows to download."""
    made = _import(cast)
    refusals = cast.organisation.home.refusals
    refusals.mkdir(parents=True, exist_ok=True)
    (refusals / f"{made.pk}.csv").write_text(f"row,why\n1,{SECRET}\n", encoding="utf-8")
    made.report = {
        "tables": {"deals": dict.fromkeys(("new", "changed", "same", "cells", "refused"), 1)},
        "sheets": [], "set_apart": [], "unread": 0, "refused": 1, "warnings": [SECRET],
        "refusals": f"{made.pk}.csv", "version": 1, "made_version": True,
    }  # fmt: skip
    made.state, made.data_version = Import.State.DONE, 1
    made.save()
    return made
