"""What is wrong with the settings, said at start-up with what to do about it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004


@register()
def home_can_be_written(**_options: Any) -> list[CheckMessage]:
    """The home must exist or be makeable."""
    home = Path(settings.HOME)
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".write-test").touch()
        (home / ".write-test").unlink()
    except OSError as error:
        hint = "Name another folder with AFTERACTION_HOME or --home, or give the right to write there."
        return [Error(f"{home} cannot be written: {error.strerror}", hint=hint, id="afteraction.E001")]
    return []


@register(deploy=True)
def address_is_safe(**_options: Any) -> list[CheckMessage]:
    """Anything but this machine is reached by https."""
    if settings.HTTPS or any(host in settings.ADDRESS for host in ("localhost", "127.0.0.1", "[::1]")):
        return []
    hint = "Put a proxy with a certificate in front, set AFTERACTION_ADDRESS to its https:// address."
    return [Warning(f"{settings.ADDRESS} is not encrypted", hint=hint, id="afteraction.W001")]


@register(deploy=True)
def mail_leaves(**_options: Any) -> list[CheckMessage]:
    """Invitations and resets need a mail server."""
    if "console" not in settings.EMAIL_BACKEND:
        return []
    hint = "Set AFTERACTION_MAIL to smtp+starttls://USER:PASSWORD@HOST."
    return [Warning("mail is printed to the console, not sent", hint=hint, id="afteraction.W002")]


@register()
def single_sign_on_is_whole(**_options: Any) -> list[CheckMessage]:
    """A server needs a client with its secret."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not apps or (apps[0]["client_id"] and apps[0]["secret"]):
        return []
    hint = "Set AFTERACTION_OIDC_CLIENT and AFTERACTION_OIDC_SECRET, or leave AFTERACTION_OIDC_SERVER out."
    return [Error("single sign-on has a server but no client or secret", hint=hint, id="afteraction.E002")]


@register()
def address_is_answered(**_options: Any) -> list[CheckMessage]:
    """The host of the address must be one that is answered."""
    host = urlsplit(settings.ADDRESS).hostname or ""
    known = [each.strip("[]").lower() for each in settings.ALLOWED_HOSTS]
    if "*" in known or any(host == each or (each.startswith(".") and host.endswith(each)) for each in known):
        return []
    hint = f"Add {host} to AFTERACTION_HOSTS."
    return [Error(f"{settings.ADDRESS} is not among the hosts that are answered", hint=hint, id="afteraction.E003")]
