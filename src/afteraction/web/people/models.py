"""Organisations, teams and users. Every other object belongs to one organisation, which is the wall around it."""

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from afteraction.lake.home import Home


class Traced:
    """Something of an organisation whose changes the audit trail keeps: it must know whose they are."""

    def get_additional_data(self) -> dict[str, int]:
        """What auditlog keeps beside a change; the trail of an organisation is found by it."""
        return {"organisation": self.organisation_id}  # type: ignore[attr-defined]


class Organisation(models.Model):
    """A sales organisation. Its facts are a lake of its own: the first one's is the home, the others' lie below it."""

    name = models.CharField(max_length=200)
    folder = models.CharField(max_length=80, unique=True, blank=True, help_text="Below the home; empty is the home.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def get_additional_data(self) -> dict[str, int]:
        """Its changes are its own."""
        return {"organisation": self.pk}

    @property
    def home(self) -> Home:
        """The folders of this organisation's facts."""
        folder = Path(settings.HOME)
        return Home.at(folder / "organisations" / self.folder if self.folder else folder)


class Team(Traced, models.Model):
    """Reps who are led together. The name is the one that the record has for them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_team_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What someone is here. Each role may what `roles.py` says."""

    REP = "rep", "Rep"
    MANAGER = "manager", "Manager"
    MARKETING = "marketing", "Marketing"
    OPERATIONS = "operations", "Sales operations"
    EXECUTIVE = "executive", "Executive"
    ADMIN = "admin", "Admin"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **others: Any) -> "User":
        """A user with a lower-case address; without a password they can only come in by a link or single sign-on."""
        user = self.model(email=email.strip().lower(), **others)
        user.set_password(password)
        user.save()
        return user


class User(Traced, AbstractBaseUser, PermissionsMixin):
    """Someone who signs in. `owner_name` is how the record names them as the owner of deals."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="users")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.REP)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="users")
    owner_name = models.CharField("name in the record", max_length=200, blank=True)
    is_active = models.BooleanField("may come in", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = "person", "people"
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_user_of_an_address")]
        indexes: ClassVar = [models.Index(fields=["organisation", "owner_name"], name="user_by_owner_name")]

    def __str__(self) -> str:
        return self.name or self.email


class Invitation(models.Model):
    """A mailed link by which someone comes in for the first time: used once, valid for some days.

    The link is a signature over `nonce`, so this table alone opens no door; a new nonce ends the links made before.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    nonce = models.CharField(max_length=32)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="invitations_made")
    expires_at = models.DateTimeField("valid until")
    sent_at = models.DateTimeField("mailed at", null=True, help_text="When the mail left; empty until it has.")
    mail_problem = models.TextField(blank=True, help_text="Why the mail did not leave when it was last tried.")
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_next_at = models.DateTimeField(null=True, help_text="When it is tried again; empty where it is not.")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Invitation of {self.user}"

    def get_additional_data(self) -> dict[str, int]:
        """Its changes belong to the organisation of whoever is invited."""
        return {"organisation": self.user.organisation_id}
