"""What the browser is told to refuse, and that no page needs it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.cast import Cast

import afteraction.web

TEMPLATES = sorted((Path(afteraction.web.__file__).parent / "templates").rglob("*.html"))


def test_pages_may_run_no_script_and_no_style_that_is_not_a_file(as_admin: Client) -> None:
    policy = as_admin.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["connect-src"] == "'self'"
    assert not re.search(r"https?:", policy)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_scripts_styles_or_foreign_addresses(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\b(src|nonce)=)", text)
    assert not re.search(r"\sstyle=|<style(?![^>]*\bnonce=)|\son[a-z]+=|hx-on", text)
    assert not re.search(r"""(src|href)=["']https?:""", text)


def test_pages_are_in_no_cache_of_others(as_admin: Client, cast: Cast) -> None:
    assert "Cookie" in as_admin.get("/")["Vary"]
