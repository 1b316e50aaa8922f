"""The home folder: where it may be, and what is left of work in it."""

import subprocess
import sys

import pytest
from tests.lake.rows import Staged, content, merge

from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.lake.store import Lake

ODD_NAMES = ["with space", "Müller & Söhne", "Anna's", 'the "big" one', "owner=ann", "100 # {a,b};c+d~", "データ"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_home_may_have_a_name_that_people_give_folders(tmp_path, name):
    home = Home.at(tmp_path / name)
    lake, staged = Lake(home), Staged(home)
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "won", "owner": "Ben"}]))
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "lost"}, {"deal_id": "b", "outcome": "won"}]))
    assert content(lake, "deals", "deal_id", "outcome", "owner") == [
        {"deal_id": "a", "outcome": "lost", "owner": "Ben"},
        {"deal_id": "b", "outcome": "won", "owner": None},
    ]
    assert sorted(content(lake, "deals")[0]) == sorted(content(lake, "deals", version=1)[0])
    assert lake.forget(keep=1) == [1]
    assert len(content(lake, "deals")) == 2


@pytest.mark.parametrize("name", ["100%", "a%20b", "x[1]", "st*r", "why?", "back\\slash", "a^b", "a|b", "line\nbreak"])
def test_a_home_whose_name_the_libraries_take_for_something_else_is_refused(tmp_path, name):
    with pytest.raises(Refused, match="a path without") as refusal:
        Home.at(tmp_path / name)
    assert refusal.value.next_step == "name another --home"


def test_a_file_in_the_place_of_the_home_is_refused(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(Refused, match="is a file"):
        Home.at(tmp_path / "home")


def test_staging_is_fresh_for_each_and_gone_afterwards(home):
    with home.staging() as one, home.staging() as other:
        assert one != other
        assert [*one.iterdir()] == []
        (one / "rows").write_text("work in progress")
    assert [*(home.folder / "staging").iterdir()] == []


def test_staging_is_gone_after_an_error_too(home):
    with pytest.raises(ZeroDivisionError), home.staging():
        raise ZeroDivisionError
    assert [*(home.folder / "staging").iterdir()] == []


DIES = """
import os, signal, sys
from afteraction.lake.home import Home
with Home.at(sys.argv[1]).staging() as folder:
    (folder / "rows").write_text("half of the rows")
    print(folder, flush=True)
    if sys.argv[2] == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def in_another_process(home, end):
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", DIES, home.folder, end], stdin=pipe, stdout=pipe, text=True)


def test_what_a_killed_process_left_in_staging_is_swept_away_and_what_a_living_one_uses_is_not(home):
    with in_another_process(home, "dies") as dead, in_another_process(home, "waits") as living:
        dead_folder, living_folder = (home.folder / p.stdout.readline().strip() for p in (dead, living))
        dead.wait()
        with home.staging() as mine:
            left = {path for path in (home.folder / "staging").iterdir() if path.is_dir()}
            assert left == {living_folder, mine}
            assert dead_folder not in left
            assert (living_folder / "rows").read_text() == "half of the rows"
        living.communicate("")
    assert [*(home.folder / "staging").iterdir()] == []
