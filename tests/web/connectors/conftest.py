"""What tests of connectors may use: servers on this machine whose certificate is trusted, and a home of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.web.connectors.fakes import Script, Server, certificate, serving

from afteraction.web.connectors import client


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def _quick_and_alone(settings: Any, tmp_path: Path, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path
    settings.ALLOW_PRIVATE = True
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(client, "PAUSE", 0.01)


@pytest.fixture
def serve(pem: Path) -> Iterator[Any]:
    """Starts a server that answers by a script."""
    with ExitStack() as open_servers:

        def begin(script: Script, tls: bool = True) -> Server:
            return open_servers.enter_context(serving(script, pem, tls))

        yield begin
