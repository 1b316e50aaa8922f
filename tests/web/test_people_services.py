"""What admins do with people, and what they cannot do."""

import pytest
from tests.cast import Cast

from afteraction.errors import Refused
from afteraction.web.people import services
from afteraction.web.people.models import Team, User


def _change(cast: Cast, user: User, role: str = "rep", team: str = "", by: User | None = None) -> User:
    by = by or cast.admin
    return services.change_person(by=by, user=user, name=user.name, role=role, team=team, owner_name="N. Haddad")


def test_role_team_and_name_in_the_record_are_changed(cast: Cast) -> None:
    _change(cast, cast.rep, "manager", " Enterprise South ")
    changed = User.objects.get(pk=cast.rep.pk)
    assert (changed.role, str(changed.team), changed.owner_name) == ("manager", "Enterprise South", "N. Haddad")


def test_a_team_is_made_once_in_each_organisation(cast: Cast) -> None:
    Team.objects.create(organisation=cast.other, name="Enterprise South")
    _change(cast, cast.rep, team="Enterprise South")
    _change(cast, cast.team_mate, team="Enterprise South")
    assert Team.objects.filter(name="Enterprise South").count() == 2
    assert User.objects.get(pk=cast.rep.pk).team == User.objects.get(pk=cast.team_mate.pk).team


def test_the_last_admin_stays(cast: Cast) -> None:
    with pytest.raises(Refused, match="the only admin who can sign in"):
        _change(cast, cast.admin, "rep")
    second = _change(cast, cast.executive, "admin")
    with pytest.raises(Refused, match="your own account"):
        services.deactivate(by=cast.admin, user=cast.admin)
    services.deactivate(by=second, user=cast.admin)
    with pytest.raises(Refused, match="the only admin who can sign in"):
        _change(cast, second, "rep")


def test_an_admin_who_never_came_in_does_not_count(cast: Cast) -> None:
    _change(cast, cast.executive, "admin").set_unusable_password()
    User.objects.filter(pk=cast.executive.pk).update(password="!")
    with pytest.raises(Refused, match="the only admin who can sign in"):
        _change(cast, cast.admin, "rep")


def test_someone_deactivated_can_be_activated(cast: Cast) -> None:
    services.deactivate(by=cast.admin, user=cast.rep)
    services.activate(by=cast.admin, user=cast.rep)
    assert User.objects.get(pk=cast.rep.pk).is_active


def test_people_of_other_organisations_are_out_of_reach(cast: Cast) -> None:
    for action in (
        lambda: _change(cast, cast.outsider),
        lambda: services.deactivate(by=cast.admin, user=cast.outsider),
        lambda: services.activate(by=cast.admin, user=cast.outsider),
        lambda: services.withdraw(by=cast.admin, user=cast.outsider),
    ):
        with pytest.raises(Refused, match="another organisation"):
            action()
