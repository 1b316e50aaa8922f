"""The parts that pages are made of, as template tags known in every template. docs/web-components.md shows each.

A tag with a body (`{% card %}…{% endcard %}`) renders a template of templates/components around it.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect, Select
from django.http import QueryDict
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from afteraction.web.chips import CHIPS, Chip

register = template.Library()
_ON_THE_BAR: Final = 4
"""How many entries the bar at the foot of a small screen has besides "More"."""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration, which screen readers leave out."""
    where = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, where)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', where)


@register.simple_block_tag
def page_header(content: str, title: str, lead: str = "", back: str = "", back_label: str = "Back") -> str:
    """The head of a page: its only h1, one sentence, the way back; its body are the actions."""
    return _rendered("page_header", content, title=title, lead=lead, back=back, back_label=back_label)


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", flush: bool = False, id: str = "") -> str:  # noqa: A002
    """A card; `flush` lets a table touch its edges."""
    return _rendered("card", content, title=title, note=note, flush=flush, id=id)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", icon: str = "circle-dashed") -> str:
    """Nothing here yet: what would be here, and in its body what to do next."""
    return _rendered("empty_state", content, title=title, text=text, icon=icon)


@register.simple_block_tag
def table(content: str, caption: str, sortable: bool = False, stacked: bool = False, visible: bool = False) -> str:
    """A dense table that scrolls inside its own frame.

    `sortable` sorts the rows that are there, in the browser; `stacked` sets each row as a block on a small screen, with
    the `data-label` of its cells before them; `visible` shows the caption.
    """
    return _rendered("table", content, caption=caption, sortable=sortable, stacked=stacked, visible=visible)


@register.simple_block_tag
def filters(content: str, action: str = "", label: str = "Filters") -> str:
    """A bar of fields that a list is narrowed by; sent by GET, at once when a choice changes."""
    return _rendered("filters", content, action=action, label=label)


@register.inclusion_tag("components/stat.html")
def stat(label: str, value: str, interval: str = "", n: str = "", href: str = "", note: str = "") -> dict[str, str]:
    """A figure with its interval and n, and the deals behind it."""
    return {"label": label, "value": value, "interval": interval, "n": n, "href": href, "note": note}


@register.inclusion_tag("components/chip.html")
def chip(name: str, word: str = "") -> dict[str, Any]:
    """What `chips.py` says of a verdict, outcome or state; another word may stand in place of its own."""
    known = CHIPS.get(name, Chip(name.replace("_", " ").capitalize(), "circle"))
    return {"chip": known, "word": word or known.word}


@register.inclusion_tag("components/refusal.html")
def refusal(refused: Any, what: str = "") -> dict[str, Any]:
    """Why something is not shown or not done: of `NotEnoughData`, `Refused`, or anything with reason and needed."""
    reason = getattr(refused, "reason", "") or f"Found: {getattr(refused, 'found', refused)}."
    needed = getattr(refused, "needed", "") or getattr(refused, "expected", "")
    return {"what": what, "reason": reason, "needed": needed, "next": getattr(refused, "next_step", "")}


@register.inclusion_tag("components/loading.html")
def loading(text: str, url: str = "", every: str = "2s") -> dict[str, str]:
    """Work goes on elsewhere: asks `url` for what takes its place until that no longer holds a loading state."""
    return {"text": text, "url": url, "every": every}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Any = None, **links: str) -> dict[str, Any]:
    """Earlier and later rows: of a page of Django's Paginator, or by `previous`, `next` and `text`."""
    if page is None:
        return {"previous": links.get("previous", ""), "next": links.get("next", ""), "text": links.get("text", "")}
    asked = context["request"].GET
    return {
        "previous": _with(asked, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _with(asked, page=page.next_page_number()) if page.has_next() else "",
        "text": f"{page.start_index():,}–{page.end_index():,} of {page.paginator.count:,}" if page.object_list else "",
    }


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(
    context: RequestContext, label: str, key: str, number: bool = False, default: str = ""
) -> dict[str, Any]:
    """A heading that sorts on the server by `?sort=key`, falling by `?sort=-key`; `default` is the order without it."""
    asked = context["request"].GET
    now = asked.get("sort", default)
    first, other = (f"-{key}", key) if number else (key, f"-{key}")
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    href = _with(asked, sort=other if now == first else first, page=None)
    return {"label": label, "href": href, "state": state, "number": number}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, placeholder: str = "", hint: str = "") -> dict[str, Any]:
    """A field of a form with its label, help and errors."""
    widget = bound.field.widget
    switch = isinstance(widget, CheckboxInput)
    choice = isinstance(widget, Select) and not isinstance(widget, RadioSelect)
    attributes = {"class": "form-check-input" if switch else "form-select" if choice else "form-control"}
    if bound.errors:
        attributes["class"] += " is-invalid"
        if not isinstance(widget, FileInput):
            attributes["aria-describedby"] = f"{bound.auto_id}_error"
    # Hints inside a field vanish on typing and are faint; allauth sets one that only repeats the label.
    widget.attrs.pop("placeholder", None)
    if placeholder:
        attributes["placeholder"] = placeholder
    if known := getattr(widget, "known", ()):
        attributes["list"] = f"{bound.auto_id}_known"
    control = bound.as_widget(attrs=dict(attributes))
    return {"field": bound, "control": control, "switch": switch, "hint": hint, "known": known}


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm) -> dict[str, BaseForm]:
    """All fields of a form, and what is wrong with it as a whole."""
    return {"form": form}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: RequestContext, entries: Any, label: str) -> dict[str, Any]:
    """The pages of one part: entries of (name of the URL, label)."""
    return {"label": label, "tabs": _links(context, [(url, label, "") for url, label in entries])}


@register.inclusion_tag("components/navigation.html", takes_context=True)
def side_navigation(context: RequestContext) -> dict[str, Any]:
    """The navigation of wide screens."""
    return {"links": _navigation(context)}


@register.inclusion_tag("components/bottom_navigation.html", takes_context=True)
def bottom_navigation(context: RequestContext) -> dict[str, Any]:
    """The navigation of small screens: the first entries, and the rest under "More"."""
    links = _navigation(context)
    shown, more = links[:_ON_THE_BAR], links[_ON_THE_BAR:]
    return {"links": shown, "more": more, "inside": any(link["here"] for link in more)}


def _rendered(name: str, content: str, **values: Any) -> str:
    return render_to_string(f"components/{name}.html", {"content": content, **values})


def _with(asked: QueryDict, **changed: Any) -> str:
    """This page's query with some values changed; None takes one out."""
    query = asked.copy()
    for key, value in changed.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _navigation(context: RequestContext) -> list[dict[str, Any]]:
    entries = context.get("navigation") or ()
    also = {entry.url: entry.also for entry in entries}
    return _links(context, [(entry.url, entry.label, entry.icon) for entry in entries], also)


def _links(
    context: RequestContext, entries: list[tuple[str, str, str]], also: Mapping[str, tuple[str, ...]] | None = None
) -> list[dict[str, Any]]:
    """Entries as links, without those whose page does not exist yet, and which of them we are on or nearest below.

    `also` names, by entry, other pages that belong to it.
    """
    links = []
    for url, label, name in entries:
        try:
            under = [reverse(page) for page in (url, *(also or {}).get(url, ()))]
            links.append({"href": under[0], "label": label, "icon": name, "under": under})
        except NoReverseMatch:
            continue
    path = context["request"].path
    above = [
        page for link in links for page in link["under"] if path == page or (page != "/" and path.startswith(page))
    ]
    nearest = max(above, key=len, default=None)
    return [{**link, "here": nearest in link["under"]} for link in links]
