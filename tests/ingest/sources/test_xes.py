"""XES event logs: what is in them, and what may not be."""

import gzip
import json

import pytest

from afteraction.ingest.sources import limits, spool, xes, xes_log

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00.000+01:00"/></global>
  <classifier name="Activity" keys="concept:name lifecycle:transition"/>
  <string key="concept:name" value="Sales"/>
  <trace>
    <string key="concept:name" value="D1"/><float key="amount" value="1e3"/>
    <event>
      <string key="concept:name" value="call"/>
      <date key="time:timestamp" value="2024-01-01T10:00:00.000+01:00"/>
    </event>
    <event><string key="concept:name" value="mail"/></event>
  </trace>
  <trace>
    <event><string key="concept:name" value="offer"/><string key="org:resource" value="Ann"/></event>
    <string key="concept:name" value="D2"/>
  </trace>
  <trace><string key="concept:name" value="D3"/></trace>
</log>"""


def test_a_log_becomes_traces_and_events(read, rows):
    traces, events = read(LOG, "log.xes")
    assert (traces.name, events.name) == ("log.xes: traces", "log.xes: events")
    assert traces.kind == events.kind == "xes"
    assert traces.columns == ("concept:name", "amount")
    assert rows(traces) == [(1, "D1", "1e3"), (2, "D2", None), (3, "D3", None)]
    assert events.columns == ("case:concept:name", "time:timestamp", "concept:name", "org:resource")
    assert rows(events) == [
        (1, "D1", "2024-01-01T10:00:00.000+01:00", "call", None),
        (2, "D1", None, "mail", None),
        (3, "D2", None, "offer", "Ann"),
    ]
    assert traces.problems == events.problems == ()


def test_defaults_are_shown_and_not_filled_in(read):
    traces, _ = read(LOG, "log.xes")
    assert traces.details == {
        "extensions": "Concept",
        "declared of every trace": "concept:name (default UNKNOWN)",
        "declared of every event": "time:timestamp (default 1970-01-01T00:00:00.000+01:00)",
        "classifiers": "Activity (concept:name lifecycle:transition)",
        "log": "Sales",
    }


@pytest.mark.parametrize(
    "text",
    [
        LOG.replace(' xmlns="http://www.xes-standard.org/"', ""),
        LOG.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x="),
    ],
)
def test_namespaces_make_no_difference(read, rows, text):
    expected = [rows(sheet) for sheet in read(LOG, "log.xes")]
    assert [rows(sheet) for sheet in read(text, "log.xes")] == expected


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_that_the_log_declares_is_used(read, rows, codec):
    text = LOG.replace("UTF-8", codec).replace('value="Ann"', 'value="Jürgen"')
    _, events = read(text.encode(codec), "log.xes")
    assert rows(events)[2][-1] == "Jürgen"


def test_a_packed_log_is_read(read):
    traces, events = read(gzip.compress(LOG.encode()), "log.xes.gz")
    assert (traces.name, traces.rows, events.rows) == ("log.xes.gz: traces", 3, 3)


def test_nested_attributes_get_dots_and_lists_become_json(read, rows):
    text = """<log><trace>
      <string key="client" value="Acme"><string key="city" value="Ulm"><int key="zip" value="89073"/></string></string>
      <container key="box"><string key="inner" value="1"/></container>
      <list key="tags"><values><string key="t" value="a"/><string key="t" value="b">
        <int key="n" value="1"/></string></values></list>
    </trace></log>"""
    traces, _ = read(text, "log.xes")
    (row,) = rows(traces)
    found = dict(zip(traces.columns, row[1:], strict=True))
    assert json.loads(found.pop("tags")) == [
        {"key": "t", "value": "a"},
        {"key": "t", "value": "b", "items": [{"key": "n", "value": "1"}]},
    ]
    assert found == {
        "concept:name": None,
        "client": "Acme",
        "client.city": "Ulm",
        "client.city.zip": "89073",
        "box.inner": "1",
    }


def test_events_outside_traces_and_traces_without_id_have_no_case(read, rows):
    text = """<log><trace><event><string key="concept:name" value="a"/></event></trace>
      <event><string key="concept:name" value="b"/></event></log>"""
    traces, events = read(text, "log.xes")
    assert rows(traces) == [(1, None)]
    assert rows(events) == [(1, None, "a"), (2, None, "b")]


def test_an_attribute_given_twice_or_without_key_is_a_problem_of_its_event(read, rows):
    text = """<log><trace><event><string key="a" value="1"/></event>
      <event><string key="a" value="2"/><string key="a" value="3"/><string value="4"/></event></trace></log>"""
    _, events = read(text, "log.xes")
    assert [row[2] for row in rows(events)] == ["1", "2"]
    assert [(problem.row, problem.column) for problem in events.problems] == [(2, "a"), (2, None)]


def test_a_long_log_is_written_in_pieces(read, rows, monkeypatch):
    monkeypatch.setattr(spool, "BATCH_ROWS", 5)
    body = "".join(
        f'<trace><string key="concept:name" value="D{case}"/>'
        + "".join(f'<event><int key="n" value="{event}"/></event>' for event in range(case % 4))
        + "</trace>"
        for case in range(40)
    )
    traces, events = read(f"<log>{body}</log>", "log.xes")
    assert [row[0] for row in rows(traces)] == list(range(1, 41))
    assert [row[1:] for row in rows(events)] == [(f"D{c}", str(e)) for c in range(40) for e in range(c % 4)]


def test_a_log_without_traces_has_two_empty_sheets(read, rows):
    assert [rows(sheet) for sheet in read("<log/>", "log.xes")] == [[], []]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_log_cut_short_is_refused(refusal, share):
    refused = refusal(LOG[: int(len(LOG) * share)], "log.xes")
    assert "broken or cut short" in refused.found
    assert "complete traces" in refused.found


BILLION_LAUGHS = (
    '<!DOCTYPE log [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + ']><log><string key="concept:name" value="&l9;"/></log>'
)
EXTERNAL = '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>'
EXTERNAL_ENTITY = '<!DOCTYPE log [<!ENTITY e SYSTEM "file:///etc/passwd">]><log><trace>&e;</trace></log>'


@pytest.mark.parametrize("text", [BILLION_LAUGHS, EXTERNAL, EXTERNAL_ENTITY])
@pytest.mark.parametrize("name", ["log.xes", "log.xml"])
def test_a_document_type_is_refused_whatever_it_declares(refusal, text, name):
    assert "document type declaration" in refusal(text, name).found


@pytest.mark.parametrize("text", ["<feed><entry/></feed>", "<html><body>no</body></html>", "<a><log/></a>"])
def test_other_xml_is_refused(refusal, text):
    refusal(text, "log.xml")
    refusal(text, "log.xes")


def test_what_would_fill_the_memory_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(xes_log, "MAX_TRACE", 1_000)
    assert "a trace of more than" in refusal(f"<log><trace>{'<event></event>' * 200}</trace></log>", "log.xes").found
    deep = '<string key="a" value="b">' * 200
    assert "nested more than" in refusal(f"<log><trace>{deep}", "log.xes").found
    monkeypatch.setattr(xes, "CHUNK", 1_000)
    monkeypatch.setattr(xes, "MAX_RECORD", 5_000)
    assert "a tag of more than" in refusal(f'<log><string key="{"a" * 10_000}"/></log>', "log.xes").found
    many = "".join(f'<int key="a{number}" value="1"/>' for number in range(limits.MAX_COLUMNS + 1))
    monkeypatch.setattr(xes_log, "MAX_TRACE", limits.MAX_TRACE)
    assert "columns" in refusal(f"<log><trace>{many}</trace></log>", "log.xes").found
