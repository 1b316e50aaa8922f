"""The fixed cast of the web application's tests: one person of every role, and an outsider who must never get in."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from afteraction.web.people.models import Organisation, Role, Team, User

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    """Everyone. `team_mate` is a rep of the team of `rep`, which `manager` leads; `outsider` an admin elsewhere."""

    organisation: Organisation
    other: Organisation
    admin: User
    rep: User
    team_mate: User
    manager: User
    marketer: User
    executive: User
    operations: User
    outsider: User

    def insiders(self) -> dict[str, User]:
        """Those of the organisation, by their part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User) and name != "outsider"}


def make_cast() -> Cast:
    """The cast, in the database."""
    organisation = Organisation.objects.create(name="Northwind Systems", folder="northwind")
    other = Organisation.objects.create(name="Contoso", folder="contoso")
    team = Team.objects.create(organisation=organisation, name="Enterprise North")
    password = make_password(PASSWORD)

    def person(part: str, name: str, role: Role, where: Organisation = organisation, led: bool = False) -> User:
        return User(
            email=f"{part}@{where.folder}.example",
            password=password,
            name=name,
            role=role,
            organisation=where,
            team=team if led else None,
            owner_name=name if role == Role.REP else "",
        )

    people = {
        "admin": person("admin", "Ada Winter", Role.ADMIN),
        "rep": person("rep", "Noor Haddad", Role.REP, led=True),
        "team_mate": person("mate", "Tom Reyes", Role.REP, led=True),
        "manager": person("manager", "Piet Jansen", Role.MANAGER, led=True),
        "marketer": person("marketing", "Mina Okafor", Role.MARKETING),
        "executive": person("executive", "Eva Lindqvist", Role.EXECUTIVE),
        "operations": person("operations", "Otto Brandt", Role.OPERATIONS),
        "outsider": person("outsider", "Olga Stern", Role.ADMIN, other),
    }
    # All at once: nearly every test begins with them.
    User.objects.bulk_create(people.values())
    return Cast(organisation, other, **people)
