"""The API fuzzed from its own OpenAPI document: no 5xx, and nothing that the document does not say.

    python -m benchmarks.api_fuzz --examples 300

Half of the requests keep to the document, half break it on purpose; where an address names an object, two of three name
one that is there. Each request is undone, so every one meets the same record. Tests run the same with fewer examples.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DOCUMENT: Final = "/api/v1/openapi.json"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
Known: TypeAlias = Mapping[str, Mapping[str, Any]]
MODES: Final = tuple(schemathesis.GenerationMode)


@dataclass
class Fuzzed:
    """What came of it: requests by operation and status, and what was wrong."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(self.answers.values())


def document(application: Any) -> Any:
    """The document as schemathesis reads it from the application, without a network."""
    return schemathesis.openapi.from_wsgi(DOCUMENT, application)


def operations(schema: Any) -> Iterator[Any]:
    """Every operation of the document."""
    for found in schema.get_all_operations():
        yield found.ok()


def fuzz(operation: Any, token: str, known: Known, examples: int, into: Fuzzed, seed: int = 0) -> None:
    """Sends requests to one operation; `known` are parameters that name something, by the beginning of an address."""
    named = next((each for start, each in known.items() if operation.path.startswith(f"/api/v1{start}")), {})
    label = operation.definition.raw["operationId"]
    per_mode = max(examples // len(MODES), 1)
    for mode in MODES:

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=per_mode,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(
            case=operation.as_strategy(generation_mode=mode), there=strategies.sampled_from([True, True, False])
        )
        def send(case: Any, there: bool) -> None:
            if there:
                case.path_parameters = {name: named.get(name, value) for name, value in case.path_parameters.items()}
            _send(case, token, label, into)

        try:
            send()
        except FailureGroup as found:
            # The first thing that is wrong with an operation ends it; the others go on.
            into.wrong.append(f"{label}, {mode.value}: {found}")


def _send(case: Any, token: str, label: str, into: Fuzzed) -> None:
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, transaction

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's test client does: the connection is in a transaction
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        transaction.set_rollback(True)
    into.answers[label, answer.status_code] += 1
    # It takes 413, by which too large a body is refused before it is read, for no refusal.
    broken = _is_broken(case) and answer.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    case.validate_response(answer, checks=[*CHECKS, *([negative_data_rejection] if broken else ())])


def _is_broken(case: Any) -> bool:
    """Whether the body breaks the document. What is broken elsewhere may be right again as it is sent: a parameter that
    is an empty list is left out, and the address and the token are set right here.
    """
    body = case.meta.components.get(ParameterLocation.BODY)
    return body is not None and body.mode is schemathesis.GenerationMode.NEGATIVE


def main() -> None:
    """Fuzzes a small simulated organisation as its admin."""
    parser = argparse.ArgumentParser(prog="benchmarks.api_fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=300, help="requests to each operation")
    parser.add_argument("--only", default="", help="one operation")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["AFTERACTION_HOME"] = home
        os.environ["AFTERACTION_API_LIMIT"] = "1000000000"
        _run(asked.examples, asked.only, asked.seed)


def _run(examples: int, only: str, seed: int) -> None:
    from afteraction.web.serving import start_django

    start_django()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from afteraction.web.people.bootstrap import prepare_database
    from benchmarks.api_fuzz_data import make_organisation

    # Mail is thrown away: each call of some operations sends one.
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    prepare_database()
    token, known = make_organisation()
    application = get_wsgi_application()
    fuzzed, began = Fuzzed(), time.monotonic()
    for operation in operations(document(application)):
        if only in ("", operation.definition.raw["operationId"]):
            fuzz(operation, token, known, examples, fuzzed, seed)
    statuses = Counter[int]()
    for (_label, status), number in fuzzed.answers.items():
        statuses[status] += number
    told = ", ".join(f"{number:,} × {status}" for status, number in sorted(statuses.items()))
    print(f"{fuzzed.requests:,} requests in {time.monotonic() - began:.0f} s: {told}")
    for each in fuzzed.wrong:
        print(f"\n{each}")
    if fuzzed.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
