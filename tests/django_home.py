"""Django for the tests, with a home of its own. Imported before anything of the web application is.

The database is an SQLite in memory, unless AFTERACTION_TEST_DATABASE names another one: see `tests.postgresql`.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
from django.conf import settings

from afteraction.web.isolation.scope import work_across

HOME = tempfile.mkdtemp(prefix="afteraction-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
DATABASE = os.environ.get("AFTERACTION_TEST_DATABASE", "")
for name in [name for name in os.environ if name.startswith("AFTERACTION_") and name != "AFTERACTION_SHARED_DATA"]:
    del os.environ[name]
os.environ["AFTERACTION_HOME"] = HOME
if DATABASE:
    os.environ["AFTERACTION_DATABASE"] = DATABASE
    os.environ["AFTERACTION_TEST_DATABASE"] = DATABASE  # the workers of pytest-xdist come here too
Path(HOME, "static").mkdir()
os.environ["DJANGO_SETTINGS_MODULE"] = "afteraction.web.settings"
django.setup()
settings.WHITENOISE_AUTOREFRESH = True  # or every client that a test makes begins by reading all static files
del os.environ["DJANGO_SETTINGS_MODULE"]  # or the workers of pytest-xdist read the settings before they come here
# What tests plant and look up is of several organisations; a request or a job begins with nobody's, as always.
work_across("tests")
if str(settings.HOME) != str(Path(HOME).resolve()):
    found = f"settings read before the tests could set their home: {settings.HOME}"
    raise SystemExit(f"found:    {found}\nexpected: none\nnext:     unset DJANGO_SETTINGS_MODULE, run again")
