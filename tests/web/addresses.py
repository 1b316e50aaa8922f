"""Every address of the web application: who may open it with which method, and what they get.

`test_isolation` visits each as everyone, and fails where an address is missing here or is here without being there.
To add a page, write a row into `PAGES`:

- the name of its URL, who may (parts of `tests.cast`; everyone else of the organisation must get 403 or 404);
- `method`, when it is not GET; a method without a row must answer 405. `send` is the form, or the body as bytes;
- `fill` says for each parameter of the address which object of the first organisation it names, as a path from
  `World`: "rep.pk". Whoever belongs to another organisation must get 404 or 403 then, and never anything of the first
  organisation: new kinds of objects are planted in `tests/web/planted.py`, with `SECRET` in every text of theirs;
- `answer`: the status that those who may get, or the name of the URL that they are led to; `refused`: the same for
  those who may not, where it is neither 403 nor 404;
- `stranger`: the same for someone who is not signed in, who is led to the sign-in page unless it says otherwise.
  `outsider`: the same for the user of another organisation, an admin there, where an address that names no object
  does not simply answer them as it does an admin here.

Routes of the API have a row per operation in `tests/web/api_addresses.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

SIGN_IN: Final = "account_login"
EVERYONE: Final = frozenset({"admin", "rep", "team_mate", "manager", "marketer", "executive", "operations"})
ADMIN: Final = frozenset({"admin"})
CHANGERS: Final = frozenset({"admin", "operations"})
"""Who imports data and changes the process."""
ALL_SKILL: Final = CHANGERS | {"executive"}
"""Who may see the figures of every rep."""
SOME_SKILL: Final = EVERYONE - {"marketer"}
READERS: Final = EVERYONE - {"rep", "team_mate"}
"""Who may see the data and its quality."""
SECURED: Final = frozenset({"team_mate"})
"""Who has a second factor."""
UNSECURED: Final = EVERYONE - SECURED
Answer: TypeAlias = int | str
"""A status, or the name of the URL that one is led to."""


@dataclass(frozen=True)
class Address:
    """An address with a method, and what comes of visiting it."""

    name: str
    may: frozenset[str]
    method: str = "GET"
    fill: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    send: Mapping[str, str] | bytes = field(default_factory=dict)
    answer: Answer = 200
    refused: Answer | None = None
    stranger: Answer = SIGN_IN
    outsider: Answer | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.query}"


def post(name: str, may: frozenset[str], answer: Answer, **others: Any) -> Address:
    """A form that is sent."""
    return Address(name, may, "POST", answer=answer, **others)


PERSON: Final = {"key": "rep.pk"}
REVIEW: Final = {"key": "review.pk"}
WAITING: Final = {"key": "buyers.waiting.pk"}
INTERVIEW: Final = {"key": "buyers.interview.pk"}
LINK: Final = {"token": "buyers.token"}
GERMAN: Final = {"language": "buyers.german"}
QUESTIONS: Final = "buyer-questions"
WITHHOLDING: Final = frozenset({"manager", "operations", "admin"})
ASKING: Final = WITHHOLDING | {"rep"}
HEARING: Final = ASKING | {"marketer", "executive"}
"""Who reads what the buyer of the rep's deal says; the others of the organisation are told that there is nothing."""
CODING: Final = WITHHOLDING | {"marketer"}
ANSWERING: Final = frozenset({"rep", "manager"})
"""Whose part in the planted review it is: others may open it, and are told whose it is."""
PAIR: Final = {"key": "coaching.cadence.pk"}
MEETING: Final = {"key": "coaching.meeting.pk"}
COACHES: Final = frozenset({"manager", "admin"})
OWNERS: Final = COACHES | {"operations"}
"""Who decides about lessons, plays and skills."""
LESSON: Final = {"key": "lesson.pk"}
"""The draft that the rep's review made."""
ANSWERERS: Final = OWNERS | {"executive"}
"""Who answers proposals."""
PROPOSAL: Final = {"key": "proposal.pk"}
"""That of the rep, which waits."""
TRIAL: Final = {"key": "protocol.experiment_id"}
"""One that runs, of the manager and the executive."""
PLANNED: Final = {"key": "planned_trial.pk"}
"""One of theirs that could be signed."""
CHANGE: Final = {"key": "change.pk"}
PLANNERS: Final = frozenset({"manager", "executive", "admin"})
"""Who answers for it."""
PLAY: Final = {"key": "play.pk"}
"""A draft of the rep."""
PIECE: Final = {"key": "content.piece.pk"}
ASKED: Final = {"key": "content.request.pk"}
INSIGHT: Final = {"key": "content.insight.pk"}
JOINT: Final = {"key": "content.meeting.pk"}
LOOP: Final = OWNERS | {"marketer"}
"""Who answers for leads, content and the joint meeting."""
LEAD: Final = {"key": "leads.lead.pk"}
"""One of the rep that waits for its first call."""
NURTURED: Final = {"key": "leads.back.pk"}
AGREEMENT: Final = {"number": "leads.proposed.version"}
"""One that was proposed by sales operations, and waits for both owners."""
SEES_LEAD: Final = EVERYONE - {"team_mate"}
WORKERS: Final = frozenset({"rep", "manager", "admin"})
BY_LINK: Final = {"token": "content.token"}
WALL_ENTRY: Final = {"key": "walls.entry.pk"}
INVITED: Final = {"key": "invited.pk"}
IMPORT: Final = {"key": "ready.pk"}
NEW: Final = {"key": "adding.pk"}
DONE: Final = {"key": "done.pk"}
DRIVER: Final = {"key": "driver"}
CONNECTOR: Final = {"kind": "connector.kind"}
A_PERSON: Final = {"name": "Ida Berg", "role": "rep"}

PAGES: Final = (
    Address("home", EVERYONE),
    Address("healthz", EVERYONE, stranger=200),
    # --- deals
    Address("deals", EVERYONE),
    Address("deals-export", EVERYONE),
    Address("deals-count", EVERYONE),
    Address("deal", EVERYONE, fill={"deal_id": "deal.deal_id"}),
    post("deal-views", EVERYONE, "deals", send={"name": "Mine", "query": "outcome=open"}),
    post("deal-view-delete", frozenset({"rep"}), "deals", fill={"view_id": "view.pk"}),
    # --- insights
    Address("insights", EVERYONE),
    Address("insights-steps", EVERYONE),
    Address("insights-deals", EVERYONE, query="?of={effect}", outsider=404),
    Address("insights-reps", SOME_SKILL),
    Address("insights-qualification", EVERYONE),
    Address("insights-time", EVERYONE),
    Address("insights-boxes", EVERYONE),
    Address("insights-chances", EVERYONE),
    Address("insights-record", EVERYONE),
    Address("insights-progress", EVERYONE),
    Address("insights-download", EVERYONE, fill={"name": "figures"}),
    Address("insights-download", ALL_SKILL, fill={"name": "report"}),
    Address("insights-download", ALL_SKILL, fill={"name": "report_pdf"}),
    Address("insights-download", ALL_SKILL, fill={"name": "table"}),
    # --- practice
    Address("practice", EVERYONE),
    Address("practice-session", EVERYONE),
    Address("practice-worker", EVERYONE),
    Address("practice-cards", EVERYONE),
    post("practice-answers", EVERYONE, 200, send=b'{"sent_at": "2026-03-02T09:00:00Z", "answers": []}'),
    post("practice-plan", EVERYONE, "practice", send={"minutes": "5", "new_a_day": "5", "retention": "0.9"}),
    post("practice-forget", EVERYONE, "practice"),
    Address("claims", EVERYONE),
    post(
        "claims",
        EVERYONE,
        "claims",
        send={"sentence": "Calls help", "subject": "0", "direction": "helps"},
        outsider=200,
    ),
    post("claim-withdraw", EVERYONE, "claims", fill={"key": "claim.pk"}),
    # --- reviews, what was expected, calibration, rules
    Address("reviews", EVERYONE),
    Address("review", EVERYONE, fill=REVIEW),
    post("review-save", ANSWERING, 200, fill=REVIEW, send={"unknown": "yes"}, refused=422),
    post("review-finish", ANSWERING, "review", fill=REVIEW, send={"unknown": "yes"}, refused=422),
    post("review-skip", EVERYONE, 422, fill=REVIEW, send={"reason": "It is done"}),
    post("expectation", EVERYONE, 404, send={"deal": "no such deal", "chance": "50"}),
    Address("calibration", EVERYONE),
    post("calibration-consent", EVERYONE, "calibration", send={"give": "yes"}),
    Address("review-rules", CHANGERS),
    post("review-rules", CHANGERS, 422, send={"share": "0"}),
    Address("review-rules-drawn", CHANGERS, query="?share=50"),
    # --- drivers, who says what, accountability
    Address("review-drivers", EVERYONE),
    Address("review-driver-add", CHANGERS),
    post("review-driver-add", CHANGERS, "review-drivers", send={"name": "Rain", "outcomes": "lost"}),
    Address("review-driver", CHANGERS, fill=DRIVER),
    post("review-driver", CHANGERS, "review-drivers", fill=DRIVER, send={"name": "Rain", "outcomes": "lost"}),
    post("review-driver-merge", CHANGERS, "review-drivers", fill=DRIVER, send={"into": "price"}),
    post("review-driver-retire", CHANGERS, "review-drivers", fill=DRIVER),
    Address("review-driver-reasons", EVERYONE),
    post("review-driver-reasons", CHANGERS, "review-driver-reasons"),
    Address("review-driver-versions", EVERYONE),
    post("review-driver-test", EVERYONE, "review-agreement", fill=DRIVER),
    Address("review-agreement", EVERYONE),
    Address(
        "review-agreement-behind",
        EVERYONE,
        query="?pair=rep-buyer&driver=zanzibar-weather&which=only_one",
        outsider=404,
    ),
    Address("review-accountability", EVERYONE),
    Address("review-behind", EVERYONE),
    Address("review-export", EVERYONE),
    Address("review-reminders", EVERYONE),
    post("review-reminders", EVERYONE, "review-reminders"),
    # --- the process
    Address("process", EVERYONE),
    Address("process-history", EVERYONE),
    Address("process-over-time", EVERYONE),
    Address("process-version", EVERYONE, fill={"number": "version.number"}),
    Address("process-edit", EVERYONE),
    post("process-edit", CHANGERS, 422, send={"text": "process:"}),
    post("process-check", CHANGERS, 200, send={"text": "process:"}),
    # --- the buyer's voice
    Address("buyers", EVERYONE),
    Address("buyers-asked", EVERYONE),
    Address("buyer-asking", ASKING, fill=WAITING),
    post("buyer-withhold", WITHHOLDING, "buyer-asking", fill=WAITING, send={"reason": "dispute"}),
    post("buyer-release", WITHHOLDING, 422, fill=WAITING),
    post("buyer-add-person", ASKING, "buyer-asking", fill=WAITING, send={"email": "lea@buyer.example"}),
    post("buyer-remove-person", WITHHOLDING, 422, fill={"key": "buyers.person.pk"}),
    Address("buyers-answers", EVERYONE),
    Address("buyers-answers", EVERYONE, query="?of=anonymous"),
    Address("buyer-answer", HEARING, fill={"key": "buyers.answer.pk"}),
    Address("interviews", EVERYONE),
    Address("interview-new", CODING, fill=REVIEW),
    post("interview-new", CODING, 422, fill=REVIEW),
    Address("interview", HEARING, fill=INTERVIEW),
    post("interview-begin", CODING, "interview", fill=INTERVIEW),
    post("interview-code", frozenset({"operations"}), "interview", fill=INTERVIEW, send={"finish": "yes"}),
    post("interview-consent", CODING, "interview", fill=INTERVIEW, send={"consent": "notes"}),
    Address("interview-ask", CODING, fill=INTERVIEW, answer=404),
    post("interview-ask", CODING, 404, fill=INTERVIEW),
    Address("buyer-programme", CHANGERS),
    post("buyer-programme", CHANGERS, 422, send={"share": "0"}),
    Address("buyer-mail", CHANGERS, fill=GERMAN, outsider=200),
    post("buyer-mail", CHANGERS, 422, fill=GERMAN, outsider=422),
    Address("buyer-words", CHANGERS, fill=GERMAN, outsider=200),
    post("buyer-words", CHANGERS, "buyer-words", fill=GERMAN, outsider="buyer-words"),
    Address("buyer-sample", CHANGERS, fill=GERMAN, outsider=200),
    # Whoever has the link is a buyer, signed in or not; what they see names no deal.
    Address("buyer-questions", EVERYONE, fill=LINK, stranger=200, outsider=200),
    post("buyer-questions", EVERYONE, 422, fill=LINK, stranger=422, outsider=422),
    post("buyer-draft", EVERYONE, 204, fill=LINK, stranger=204, outsider=204),
    Address("buyer-decline", EVERYONE, fill=LINK, answer=QUESTIONS, stranger=QUESTIONS, outsider=QUESTIONS),
    post("buyer-decline", EVERYONE, 200, fill=LINK, stranger=200, outsider=200),
    Address("buyer-unsubscribe", EVERYONE, fill=LINK, stranger=200, outsider=200),
    post("buyer-unsubscribe", EVERYONE, 200, fill=LINK, stranger=200, outsider=200),
    # --- content
    Address("content", EVERYONE),
    Address("content", EVERYONE, query="?state=all"),
    Address("content-new", LOOP),
    post("content-new", LOOP, 422),
    Address("content-stale", EVERYONE),
    Address("content-of-deal", EVERYONE, query="?deal=no-such-deal", answer=404),
    Address("content-piece", EVERYONE, fill=PIECE),
    Address("content-edit", LOOP, fill=PIECE),
    post("content-edit", LOOP, 422, fill=PIECE),
    post("content-renew", LOOP, "content-piece", fill=PIECE, send={"address": "https://new.example/x"}),
    post("content-approve", LOOP, "content-piece", fill={"key": "content.waiting.pk"}),
    post("content-retire", LOOP, 422, fill=PIECE),
    post("content-rate", EVERYONE, "content-piece", fill=PIECE, send={"useful": "yes"}),
    post("content-use", EVERYONE, 422, fill=PIECE, send={"deal": "no such deal"}),
    Address("content-deals", EVERYONE, fill=PIECE),
    post("content-used", EVERYONE, 404, fill=PIECE, send={"deal": "no such deal"}),
    post("content-link", EVERYONE, 404, fill=PIECE, send={"deal": "no such deal"}),
    # Whoever has the link is a buyer, signed in or not; what they get is the piece.
    Address("content-open", EVERYONE, fill=BY_LINK, answer=302, stranger=302, outsider=302),
    Address("content-requests", EVERYONE),
    Address("content-request-new", EVERYONE),
    post("content-request-new", EVERYONE, 422),
    Address("content-request", EVERYONE, fill=ASKED),
    post("content-vote", EVERYONE, "content-request", fill=ASKED),
    post("content-answer", LOOP, 422, fill=ASKED),
    Address("content-insights", EVERYONE),
    Address("content-insight-new", LOOP),
    post("content-insight-new", LOOP, 422),
    Address("content-insight", EVERYONE, fill=INSIGHT),
    post("content-insight-save", LOOP, "content-insight", fill=INSIGHT, send={"title": "Learned", "text": "Ask"}),
    post("content-insight-check", LOOP, 422, fill=INSIGHT),
    post("content-insight-approve", LOOP, 422, fill=INSIGHT),
    post("content-insight-drop", LOOP, 422, fill=INSIGHT),
    Address("content-consent", EVERYONE),
    post("content-consent", EVERYONE, 404, send={"review": "0"}),
    # --- the joint meeting
    Address("joint-meetings", EVERYONE),
    Address("joint-meeting-rule", LOOP),
    post("joint-meeting-rule", LOOP, 422),
    post("joint-meeting-begin", LOOP, "joint-meeting"),
    Address("joint-meeting", EVERYONE, fill=JOINT),
    Address("joint-meeting-screen", EVERYONE, fill=JOINT),
    post("joint-meeting-talk", LOOP, "joint-meeting", fill=JOINT | {"point": "content.point.pk"}),
    post("joint-meeting-notes", LOOP, "joint-meeting", fill=JOINT, send={"notes": "Said"}),
    post("joint-meeting-decide", LOOP, 422, fill=JOINT),
    post("joint-meeting-end", LOOP, "joint-meeting", fill=JOINT),
    post("joint-decision-close", EVERYONE, "joint-meetings", fill={"key": "content.decision.pk"}),
    # --- data
    Address("data", READERS),
    post("data", CHANGERS, "data"),
    post("compact", CHANGERS, "data"),
    post("imports", CHANGERS, 201),
    Address("import", READERS, fill=IMPORT),
    Address("import", READERS, fill=DONE),
    Address("import-state", READERS, fill=IMPORT),
    post("import-files", CHANGERS, 201, fill=NEW, query="?name=deals.csv", send=b"deal_id\n1\n"),
    post("import-look", CHANGERS, "import", fill=NEW),
    post("import-mapping", CHANGERS, 422, fill=IMPORT, send={"text": "["}),
    post("import-discard", CHANGERS, "data", fill=NEW),
    Address("import-refusals", CHANGERS, fill=DONE),
    Address("api-1:openapi-json", EVERYONE, stranger=200),
    # --- settings
    Address("tokens", EVERYONE),
    post("tokens", EVERYONE, 422),
    post("token-revoke", frozenset({"rep"}), "tokens", fill={"key": "token.pk"}),
    Address("settings", ADMIN),
    post("settings", ADMIN, "settings", send={"name": "Northwind"}),
    Address("people", ADMIN),
    Address("invite", ADMIN),
    post("invite", ADMIN, "people", send=A_PERSON | {"email": "ida@northwind.example"}),
    Address("person", ADMIN, fill=PERSON),
    post("person", ADMIN, "people", fill=PERSON, send=A_PERSON),
    post("invite-again", ADMIN, "people", fill=INVITED),
    post("withdraw", ADMIN, "people", fill=INVITED),
    post("deactivate", ADMIN, "people", fill=PERSON),
    post("activate", ADMIN, "people", fill=PERSON),
    Address("roles", ADMIN),
    Address("mail", ADMIN),
    post("mail", ADMIN, "mail"),
    Address("trail", ADMIN),
    # --- connectors
    Address("connectors", CHANGERS),
    post("look-into-folder", CHANGERS, "connectors"),
    Address("connector", CHANGERS, fill=CONNECTOR, outsider=200),
    post("connector", CHANGERS, 422, fill=CONNECTOR, send={"address": "http://"}, outsider=422),
    post("test-connector", CHANGERS, "connector", fill=CONNECTOR),
    post("run-connector", CHANGERS, "connector", fill=CONNECTOR),
    post("switch-connector", CHANGERS, "connector", fill=CONNECTOR),
    post("remove-connector", CHANGERS, "connectors", fill=CONNECTOR),
    # --- coaching: a conversation is of those who are in it
    Address("coaching", EVERYONE),
    Address("coaching-new", COACHES),
    post("coaching-new", COACHES, 422, send={"kind": "weekly"}),
    Address("coaching-pair", ANSWERING, fill=PAIR),
    Address("coaching-change", frozenset({"manager"}), fill=PAIR),
    post("coaching-change", frozenset({"manager"}), 422, fill=PAIR, send={"at": "noon"}),
    post("coaching-drop", ANSWERING, "coaching-pair", fill=PAIR),
    post("coaching-prepare", ANSWERING, "coaching-meeting", fill=PAIR),
    Address("coaching-calendar", ANSWERING, fill=PAIR),
    Address("coaching-meeting", ANSWERING, fill=MEETING),
    post("coaching-notes", ANSWERING, 200, fill=MEETING, send={"shared_note": "Noted"}),
    post("coaching-private", ANSWERING, 200, fill=MEETING, send={"text": "Noted"}),
    post("coaching-talk", ANSWERING, "coaching-meeting", fill=MEETING | {"item": "coaching.item.pk"}),
    post("coaching-commit", ANSWERING, 422, fill=MEETING, send={"text": "Call"}),
    post("coaching-end", ANSWERING, "coaching-pair", fill=MEETING),
    post("coaching-skip", ANSWERING, 422, fill=MEETING),
    post("coaching-lesson", ANSWERING, 422, fill=MEETING, send={"learned": ""}),
    post("coaching-decide", ANSWERING, "coaching-pair", fill={"key": "coaching.commitment.pk"}, send={"state": "x"}),
    Address("coaching-questions", EVERYONE),
    post("coaching-questions", EVERYONE, 422, send={"text": "No question"}),
    post("coaching-rate", EVERYONE, "coaching-questions", fill={"key": "coaching.question.pk"}, send={"useful": "no"}),
    Address("coaching-skills", EVERYONE - {"rep", "team_mate"}, refused="coaching-skills-of"),
    post("coaching-skill-list", OWNERS, "coaching-skills"),
    Address("coaching-skills-of", ANSWERING, fill=PERSON),
    post("coaching-skills-of", ANSWERING, 422, fill=PERSON),
    Address("coaching-effect", EVERYONE),
    # --- the walls, recognition, screens; what one may not take back is refused in words
    Address("walls", EVERYONE),
    Address("wall-write", EVERYONE),
    post("wall-write", EVERYONE, 422, send={"wall": "wins", "text": "short"}),
    Address("wall-code", EVERYONE),
    post("wall-code", EVERYONE, 422, send={"code": "nobody made this"}),
    post("wall-share", EVERYONE, "review", fill=REVIEW),
    post("wall-thank", EVERYONE, "walls", fill=WALL_ENTRY),
    post("wall-take-back", EVERYONE, "walls", fill=WALL_ENTRY),
    Address("wall-recognise", EVERYONE),
    post("wall-recognise", EVERYONE, 422, send={"useful": "It was"}),
    post("wall-recognition-take-back", EVERYONE, "walls", fill={"key": "walls.recognition.pk"}),
    Address("wall-risks", EVERYONE),
    Address("wall-screens", OWNERS),
    post("wall-screens", OWNERS, 422, send={"name": ""}),
    post("wall-screen-revoke", OWNERS, "wall-screens", fill={"key": "walls.screen.pk"}),
    Address("wall-screen-here", EVERYONE),
    Address("wall-screen", EVERYONE, fill={"token": "wrong_key"}, answer=404, stranger=404, outsider=404),
    # --- lessons
    Address("lessons", EVERYONE),
    Address("lesson", EVERYONE, fill=LESSON),
    Address("lesson-new", EVERYONE),
    post("lesson-new", EVERYONE, 422, send={"title": ""}),
    Address("lesson-edit", OWNERS | {"rep"}, fill=LESSON),
    post("lesson-edit", OWNERS | {"rep"}, 422, fill=LESSON, send={"title": ""}),
    post("lesson-move", OWNERS, 422, fill=LESSON, send={"to": "kept"}),
    post("lesson-add-deal", EVERYONE, 422, fill=LESSON, send={"deal": ""}),
    post("lesson-of-finding", EVERYONE, "insights-steps", send={"of": "step: of nobody"}),
    Address("lesson-deals", EVERYONE, fill=LESSON),
    # --- plays and leading measures
    Address("plays", EVERYONE),
    Address("play-new", EVERYONE),
    post("play-new", EVERYONE, 422, send={"title": ""}),
    Address("play", OWNERS | {"rep"}, fill=PLAY),
    Address("play-edit", OWNERS | {"rep"}, fill=PLAY),
    post("play-edit", OWNERS | {"rep"}, 422, fill=PLAY, send={"title": ""}),
    post("play-publish", OWNERS, 422, fill=PLAY),
    post("play-retire", OWNERS, 422, fill=PLAY, send={"reason": ""}),
    post("play-measure", OWNERS | {"rep"}, "play", fill=PLAY),
    Address("play-progress", OWNERS | {"rep"}, fill=PLAY),
    Address("play-version", EVERYONE, fill={"key": "published_play.pk", "number": "play_version.number"}),
    Address("insights-leading", EVERYONE),
    # --- leads; a rep sees their own and those that nobody has yet, a manager their team's
    Address("leads", EVERYONE - {"marketer", "operations", "executive"}, refused="leads-all"),
    Address("leads-all", EVERYONE),
    Address("leads-all", EVERYONE, query="?state=dead&q=a&promise=broken&step=handed"),
    Address("leads-export", EVERYONE),
    Address("leads-count", EVERYONE),
    Address("leads-returned", EVERYONE),
    post("leads-answer", LOOP, "leads-returned", send={"reason": "no need", "text": "It was changed."}),
    post("leads-answer-seen", frozenset({"rep"}), "leads", fill={"key": "leads.answer.pk"}),
    Address("leads-promises", EVERYONE),
    Address("leads-deaths", EVERYONE),
    Address("leads-outcomes", EVERYONE),
    Address("leads-attribution", EVERYONE),
    Address("leads-score", EVERYONE),
    Address("lead-agreement", EVERYONE),
    Address("lead-agreement-new", LOOP),
    post("lead-agreement-new", LOOP, 422, send={"reason": ""}),
    post("lead-agreement-try", LOOP, 422, send={"reason": ""}),
    Address("lead-agreement-version", EVERYONE, fill=AGREEMENT),
    post("lead-agreement-sign", EVERYONE, "lead-agreement-version", fill=AGREEMENT),
    post("lead-agreement-withdraw", EVERYONE, "lead-agreement-version", fill=AGREEMENT),
    post("lead-queues", LOOP, "lead-agreement", send={"name": "North"}),
    Address("lead", SEES_LEAD, fill=LEAD),
    post("lead-accept", WORKERS, "leads", fill=LEAD),
    post("lead-tried", WORKERS, "leads", fill=LEAD, send={"way": "call"}),
    post("lead-return", WORKERS, "leads", fill=LEAD, send={"reason": "no need"}),
    post("lead-convert", WORKERS, "lead", fill=LEAD),
    post("lead-snooze", (WORKERS | LOOP) - {"team_mate"}, "lead", fill=LEAD),
    post("lead-reassign", (WORKERS | LOOP) - {"team_mate"}, "lead", fill=LEAD),
    post("lead-hand-over", LOOP - {"manager"}, "lead", fill=NURTURED),
    post("lead-nurture", LOOP - {"manager"}, "lead", fill=NURTURED),
    post("lead-bury", LOOP - {"manager"}, "lead", fill=NURTURED),
    post("lead-merge", LOOP - {"manager"}, "lead", fill=NURTURED),
    # --- proposals; nobody supports their own, and nobody but the author takes one back
    Address("proposals", EVERYONE),
    Address("proposal-new", EVERYONE),
    post("proposal-new", EVERYONE, 422, send={"reason": ""}),
    post("proposal-check", EVERYONE, 200, send={"kind": "process", "as": "text", "text": "process:"}),
    Address("proposal", EVERYONE, fill=PROPOSAL),
    Address("proposal-change", frozenset({"rep"}), fill=PROPOSAL),
    post("proposal-change", frozenset({"rep"}), 422, fill=PROPOSAL, send={"reason": ""}),
    post("proposal-support", EVERYONE - {"rep"}, "proposal", fill=PROPOSAL, send={"on": "yes"}, refused=422),
    post("proposal-comment", EVERYONE, 422, fill=PROPOSAL, send={"text": ""}),
    post("proposal-answer", ANSWERERS, 422, fill=PROPOSAL, send={"answer": "decline"}),
    post("proposal-hand-over", ANSWERERS, 404, fill=PROPOSAL, send={"to": "nobody"}),
    post("proposal-bring-up", EVERYONE, 422, fill=PROPOSAL),
    post("proposal-withdraw", frozenset({"rep"}), "proposal", fill=PROPOSAL, refused=422),
    # --- trials: planning, signing, the ledger
    Address("trials", EVERYONE),
    Address("before-and-after", EVERYONE),
    Address("before-and-after-state", ANSWERERS),
    post("before-and-after-state", ANSWERERS, 422, send={"title": ""}),
    Address("before-and-after-change", EVERYONE, fill=CHANGE),
    Address("before-and-after-deals", EVERYONE, fill=CHANGE | {"version": "analysis.data_version"}),
    Address("trial-new", ANSWERERS),
    post("trial-new", ANSWERERS, 422, send={"title": ""}),
    Address("trial", EVERYONE, fill=TRIAL),
    Address("trial-plan", PLANNERS, fill=PLANNED),
    post("trial-plan", PLANNERS, 422, fill=PLANNED, send={"title": ""}),
    post("trial-size", PLANNERS, 200, fill=PLANNED, send={"title": "Any"}),
    post("trial-sign", ANSWERERS, 422, fill=PLANNED, send={"password": "wrong"}),
    post("trial-version", ANSWERERS, 422, fill=TRIAL, send={"why": ""}),
    post("trial-drop", ANSWERERS, 422, fill=TRIAL),
    post("trial-withdraw", ANSWERERS, 422, fill=TRIAL, send={"why": ""}),
    post("trial-hand-over", ANSWERERS, 422, fill=TRIAL, send={"owner": "nobody"}),
    Address("trial-protocol", EVERYONE, fill=TRIAL | {"version": "protocol.version"}),
    Address("trial-ledger", EVERYONE, fill=TRIAL, query="?receipt=0"),
    # --- trials: what they ask for on a deal, their course
    post("trials-on-deal", EVERYONE, 404, send={"deal": "no such deal"}),
    post("trial-tell", EVERYONE, 404, fill=TRIAL, send={"deal": "no such deal"}),
    Address("trial-deals", EVERYONE, fill=TRIAL, query="?crossed=1"),
    # --- trials: result and decision
    post("trial-decide", PLANNERS, 422, fill=TRIAL, send={"kind": "reject"}),
    Address("trial-exploratory", EVERYONE, fill=TRIAL),
    Address("trial-account", EVERYONE, fill=TRIAL),
    post("trial-recheck", ANSWERERS, "trial", fill=TRIAL),
    # --- lessons on open deals, near duplicates
    post("lessons-on-deal", EVERYONE, 404, send={"deal": "no such deal"}),
    post("lessons-on-own-deals", EVERYONE, 200),
    post("lesson-say", EVERYONE, 404, fill={"lesson_id": "matching.lesson.pk"}, send={"deal": "no such deal"}),
    Address("lessons-alike", EVERYONE, query="?title=asks+who+signs+the+contract"),
    Address("lesson-duplicates", OWNERS),
    post("lesson-duplicates-look", OWNERS, "lesson-duplicates"),
    post("lesson-pair-merge", OWNERS, "lesson-duplicates", fill={"pair_id": "matching.pair.pk"}),
    post("lesson-pair-differ", OWNERS, "lesson-duplicates", fill={"pair_id": "matching.pair.pk"}),
    post("lesson-merge-undo", OWNERS, "lesson-duplicates", fill={"merge_id": "matching.merge.pk"}),
    # --- one's own account; those who are signed in are led past what is for coming in
    Address(SIGN_IN, EVERYONE, answer="home", stranger=200),
    post(SIGN_IN, EVERYONE, "home", send={"login": "a@b.example", "password": "wrong"}, stranger=200),
    Address("account_logout", EVERYONE, stranger="home"),
    post("account_logout", EVERYONE, "home", stranger="home"),
    Address("account_inactive", EVERYONE, stranger=200),
    Address("account_signup", EVERYONE, answer="home", stranger=200),
    post("account_signup", EVERYONE, "home", stranger=200),
    Address("account_reauthenticate", EVERYONE),
    post("account_reauthenticate", EVERYONE, 200, send={"password": "wrong"}),
    Address("account_change_password", EVERYONE),
    post("account_change_password", EVERYONE, 200, send={"oldpassword": "wrong"}),
    Address("account_set_password", EVERYONE, answer="account_change_password"),
    post("account_set_password", EVERYONE, "account_change_password"),
    Address("account_reset_password", EVERYONE, stranger=200),
    post(
        "account_reset_password",
        EVERYONE,
        "account_reset_password_done",
        send={"email": "a@b.example"},
        stranger="account_reset_password_done",
    ),
    Address("account_reset_password_done", EVERYONE, stranger=200),
    Address("account_reset_password_from_key_done", EVERYONE, stranger=200),
    Address(
        "account_reset_password_from_key",
        EVERYONE,
        fill={"uidb36": "uid", "key": "wrong_key"},
        stranger=200,
        outsider=200,
    ),
    post(
        "account_reset_password_from_key",
        EVERYONE,
        200,
        fill={"uidb36": "uid", "key": "wrong_key"},
        stranger=200,
        outsider=200,
    ),
    Address("mfa_index", EVERYONE),
    Address("mfa_authenticate", EVERYONE, answer="home"),
    post("mfa_authenticate", EVERYONE, "home"),
    Address("mfa_reauthenticate", SECURED, refused="account_reauthenticate"),
    post("mfa_reauthenticate", SECURED, 200, refused="account_reauthenticate", send={"code": "000000"}),
    Address("mfa_activate_totp", UNSECURED, refused="mfa_deactivate_totp"),
    post("mfa_activate_totp", UNSECURED, 200, refused="mfa_deactivate_totp", send={"code": "000000"}),
    Address("mfa_deactivate_totp", SECURED),
    post("mfa_deactivate_totp", SECURED, "mfa_index"),
    Address("mfa_view_recovery_codes", SECURED),
    Address("mfa_generate_recovery_codes", EVERYONE),
    post("mfa_generate_recovery_codes", SECURED, "mfa_view_recovery_codes", refused=200),
    Address("mfa_download_recovery_codes", SECURED),
    Address("join", EVERYONE, answer=410, stranger=410),
    post("join", EVERYONE, 410, stranger=410),
    Address(
        "follow-invitation", EVERYONE, fill={"token": "wrong_key"}, answer="join", stranger="join", outsider="join"
    ),
)
"""Addresses of pages."""
