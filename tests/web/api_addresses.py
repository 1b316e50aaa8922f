"""Every operation of the API, as `tests.web.addresses` has the pages.

Write a row into `ROUTES` for each method of each route: its name is that of the URL with the API's namespace
("api-1:list_deals"), `send` is the body as JSON in bytes, `stranger` is 401. Whoever is visited as shows a token of
their own with every scope that is of use to them, which `token_of` makes.
"""

import json
from typing import Any, Final

from django.utils import timezone
from tests.web.visits import (
    ADMIN,
    ALL_SKILL,
    CHANGERS,
    CONNECTOR,
    EVENT,
    EVERYONE,
    LEAD,
    LESSON,
    OWNERS,
    PIECE,
    READERS,
    SEES_LEAD,
    TRIAL,
    WATCH,
    WORKERS,
    Address,
)

from afteraction.web.api.tokens import make_token
from afteraction.web.people.models import User

PERSON: Final = {"key": "rep.pk"}
INVITED: Final = {"key": "invited.pk"}
ADDING: Final = {"key": "adding.pk"}
READY: Final = {"key": "ready.pk"}
DONE: Final = {"key": "done.pk"}
REVIEW: Final = {"key": "review.pk"}
PROPOSAL: Final = {"key": "proposal.pk"}
A_WATCH: Final = {"name": "Money", "terms": {"kinds": ["funding"]}}


def get(name: str, may: frozenset[str], **others: Any) -> Address:
    """Something that is read."""
    return _row(name, may, "GET", **others)


def send(method: str, name: str, may: frozenset[str], answer: int, content: object = None, **others: Any) -> Address:
    """Something that is written."""
    body = others.pop("send", b"" if content is None else json.dumps(content).encode())
    return _row(name, may, method, answer=answer, send=body, **others)


def _row(name: str, may: frozenset[str], method: str, **others: Any) -> Address:
    return Address(f"api-1:{name}", may, method, **{"stranger": 401, "send": b""} | others)


ROUTES: Final[tuple[Address, ...]] = (
    get("get_me", EVERYONE),
    send("DELETE", "revoke_this_token", EVERYONE, 204),
    # --- deals
    get("list_deals", EVERYONE),
    get("count_deals", EVERYONE),
    get("list_deal_choices", EVERYONE),
    get("export_deals", EVERYONE),
    get("get_deal", EVERYONE, fill={"deal_id": "deal.deal_id"}),
    get("list_similar_deals", EVERYONE, fill={"deal_id": "deal.deal_id"}),
    get("list_deal_views", EVERYONE),
    send("POST", "save_deal_view", EVERYONE, 201, {"name": "Mine"}),
    send("DELETE", "delete_deal_view", frozenset({"rep"}), 204, fill={"view_id": "view.pk"}),
    # --- the process
    get("get_process", EVERYONE, outsider=404),
    get("get_followed_process", EVERYONE, outsider=404),
    get("list_process_versions", EVERYONE),
    get("get_process_version", EVERYONE, fill={"number": "version.number"}),
    send("POST", "save_process_version", CHANGERS, 422, {"text": "process:"}),
    send("POST", "check_process", EVERYONE, 200, {"text": "process:"}),
    # --- insights
    get("list_results", EVERYONE),
    get("get_figures", EVERYONE, outsider=404),
    get("get_figures_of", EVERYONE, fill={"part_name": "part"}),
    get("list_deals_behind_effect", EVERYONE, query="?of={effect}", outsider=404),
    get("download_result_file", ALL_SKILL, fill={"name": "report"}),
    get("download_result_file", ALL_SKILL, fill={"name": "table"}),
    get("list_analyses", EVERYONE),
    send("POST", "start_analysis", CHANGERS, 202, outsider=409),
    get("get_analysis", EVERYONE, fill={"key": "analysis.pk"}),
    # --- walls and good risks
    get("show_walls", EVERYONE),
    get("list_good_risks", EVERYONE),
    # --- claims
    get("list_claims", EVERYONE),
    get("list_claim_subjects", EVERYONE),
    send(
        "POST",
        "state_claim",
        EVERYONE,
        422,
        {"sentence": "It wins", "kind": "step", "name": "nothing", "direction": "helps"},
        outsider=409,
    ),
    get("get_claim", EVERYONE, fill={"key": "claim.pk"}),
    send("DELETE", "withdraw_claim", frozenset({"rep", "admin"}), 204, fill={"key": "claim.pk"}),
    # --- reviews
    get("list_reviews", EVERYONE),
    get("get_review", EVERYONE, fill=REVIEW),
    send("PUT", "save_review_answer", frozenset({"rep", "manager"}), 200, {"inputs": 1}, fill=REVIEW, refused=422),
    send("POST", "finish_review", frozenset({"rep"}), 200, fill=REVIEW, refused=409),
    send("POST", "skip_review", EVERYONE, 409, {"reason": "No"}, fill=REVIEW),
    get("list_expectations", EVERYONE, query="?deal_id=1"),
    send("POST", "note_expectation", EVERYONE, 404, {"deal_id": "of nobody", "chance": 40}),
    get("list_drivers", EVERYONE),
    # --- data
    get("list_data_versions", READERS),
    get("get_data_quality", READERS),
    get("list_data_tables", READERS),
    send("POST", "send_rows", CHANGERS, 202, {"deals": [{"deal_id": "1", "outcome": "won"}]}),
    send("POST", "compact_data", CHANGERS, 202, outsider=409),
    get("list_imports", READERS),
    send("POST", "begin_import", CHANGERS, 201),
    get("get_import", READERS, fill=READY),
    send("DELETE", "discard_import", CHANGERS, 200, fill=ADDING),
    send("PUT", "put_import_file", CHANGERS, 200, fill={"key": "adding.pk", "name": "file_name"}, send=b"deal_id\n1\n"),
    send("POST", "look_at_import", CHANGERS, 202, fill=ADDING),
    get("get_import_mapping", READERS, fill=READY),
    send("PUT", "put_import_mapping", CHANGERS, 422, {"text": "["}, fill=READY),
    send("POST", "start_import", CHANGERS, 202, fill=READY),
    get("export_refused_rows", CHANGERS, fill=DONE),
    # --- content
    get("list_content", EVERYONE),
    get("get_content", EVERYONE, fill=PIECE),
    send("PUT", "use_content", EVERYONE, 404, {"deal_id": "of nobody"}, fill=PIECE),
    # --- lessons
    get("list_lessons", EVERYONE),
    send("POST", "write_lesson", EVERYONE, 201, {"title": "Ask", "text": "Ask who signs."}),
    get("get_lesson", EVERYONE, fill=LESSON),
    send("PUT", "change_lesson", OWNERS | {"rep"}, 200, {"title": "Ask", "text": "Ask."}, fill=LESSON, refused=409),
    send("PUT", "move_lesson", OWNERS, 200, {"to": "kept", "why": "It works"}, fill=LESSON),
    send("PUT", "say_of_lesson", EVERYONE, 404, {"deal_id": "of nobody", "said": "used"}, fill=LESSON),
    send("POST", "show_lessons_for_deal", EVERYONE, 404, fill={"deal_id": "file_name"}),
    # --- leads
    get("list_leads", EVERYONE),
    get("get_lead_agreement", EVERYONE, outsider=404),
    get("get_lead", SEES_LEAD, fill=LEAD),
    send("PUT", "accept_lead", WORKERS, 200, fill=LEAD),
    send("POST", "log_lead_attempt", WORKERS, 201, {"way": "call"}, fill=LEAD),
    send("POST", "return_lead", WORKERS, 201, {"reason": "no need"}, fill=LEAD),
    # --- listening; watches are one's own
    get("list_accounts_to_call", EVERYONE),
    get("list_trigger_events", EVERYONE),
    get("get_trigger_event", EVERYONE, fill=EVENT),
    send("PUT", "say_of_trigger_event", EVERYONE, 200, {"said": "call"}, fill=EVENT),
    send("PUT", "correct_trigger_event", EVERYONE, 200, {"kind": "funding"}, fill=EVENT),
    get("list_watches", EVERYONE),
    send("POST", "make_watch", EVERYONE, 201, {"name": "Money", "terms": {"kinds": ["funding"]}}),
    send("POST", "try_watch", EVERYONE, 200, {"kinds": ["funding"]}),
    get("get_watch", frozenset({"rep"}), fill=WATCH),
    send("PUT", "change_watch", frozenset({"rep"}), 200, A_WATCH, fill=WATCH),
    send("DELETE", "delete_watch", frozenset({"rep"}), 204, fill=WATCH),
    # --- proposals; nobody supports their own
    get("list_proposals", EVERYONE),
    send("POST", "make_proposal", EVERYONE, 422, {"kind": "process", "reason": "Why"}),
    get("get_proposal", EVERYONE, fill=PROPOSAL),
    send("PUT", "support_proposal", EVERYONE - {"rep"}, 200, {"on": True}, fill=PROPOSAL, refused=409),
    send("POST", "comment_on_proposal", EVERYONE, 201, {"text": "Why?"}, fill=PROPOSAL),
    # --- trials
    get("list_trials", EVERYONE),
    get("get_trial", EVERYONE, fill=TRIAL),
    get("get_protocol", EVERYONE, fill=TRIAL | {"version": "protocol.version"}),
    get("get_trial_ledger", EVERYONE, fill=TRIAL),
    get("get_trial_result", EVERYONE, fill=TRIAL),
    get("list_trial_deals", EVERYONE, fill=TRIAL),
    # --- connectors
    get("list_connectors", CHANGERS),
    get("get_connector", CHANGERS, fill=CONNECTOR),
    send("PUT", "connect", CHANGERS, 422, {"address": "http://"}, fill=CONNECTOR, outsider=422),
    send("PUT", "switch_connector", CHANGERS, 200, {"on": False}, fill=CONNECTOR),
    send("POST", "test_connector", CHANGERS, 200, fill=CONNECTOR),
    get("list_connector_runs", CHANGERS, fill=CONNECTOR),
    send("POST", "begin_connector_run", CHANGERS, 201, fill=CONNECTOR),
    send("DELETE", "remove_connector", CHANGERS, 204, fill=CONNECTOR),
    # --- people and the organisation
    get("list_people", ADMIN),
    send("POST", "invite_person", ADMIN, 201, {"name": "Ida", "role": "rep", "email": "ida@new.example"}),
    get("get_person", ADMIN, fill=PERSON),
    send("PUT", "change_person", ADMIN, 200, {"name": "Ida", "role": "rep"}, fill=PERSON),
    send("PUT", "set_person_active", ADMIN, 200, {"active": False}, fill=PERSON),
    send("POST", "invite_person_again", ADMIN, 200, fill=INVITED),
    send("DELETE", "withdraw_invitation", ADMIN, 204, fill=INVITED),
    get("get_organisation", ADMIN),
    send("PUT", "rename_organisation", ADMIN, 200, {"name": "New name"}),
    get("list_teams", ADMIN),
    get("list_owners_without_account", ADMIN),
    get("list_roles", ADMIN),
    get("get_mail", ADMIN),
    send("POST", "send_test_mail", ADMIN, 201),
    get("list_changes", ADMIN),
)


def token_of(user: User) -> str:
    """The secret of a token with all scopes that are of use to someone."""
    return make_token(user=user, name=user.name, now=timezone.now())[1]
