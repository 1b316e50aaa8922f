"""What the report says of leads, and how it hedges it."""

import json

import numpy as np
import pytest
from benchmarks.lead_frames import frame_of, paths_of
from benchmarks.lead_worlds import leads

from afteraction.analysis.attribution import attribute
from afteraction.analysis.lead_findings import LeadFindings
from afteraction.analysis.lead_months import by_month
from afteraction.analysis.lead_outcomes import what_became
from afteraction.analysis.lead_score import fit
from afteraction.errors import NotEnoughData
from afteraction.report.document import Figure, KeyFigures, Notice, Refusal, Table
from afteraction.report.figures import plain
from afteraction.report.html import render_section
from afteraction.report.sections.leads import lead_section


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(2)
    world = leads(rng, 4_000, [0.05, 0.15, 0.35], days=540.0, touch_effects=[0.0, 0.8])
    frame = frame_of(world)
    return LeadFindings(
        leads=len(frame),
        undated=0,
        by=(what_became(frame),),
        months=by_month(frame),
        attribution=attribute(paths_of(world), rng, draws=20),
        score=fit(frame),
    )


def test_sources_that_are_better_are_named_and_young_leads_are_not_failures(found):
    section = lead_section(found, "2025")
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    assert "source 2 became revenue more often than the others" in figure.title
    assert "source 0 less often" in figure.title
    assert "days old" in figure.basis
    assert "have been won so far; by the age of 365 days" in section.finding


def test_attribution_says_what_it_cannot_tell(found):
    section = lead_section(found, "2025")
    assert any(isinstance(block, Notice) and "experiment" in block.text for block in section.blocks)
    table = next(block for block in section.blocks if isinstance(block, Table) and "credit" in block.caption)
    assert table.columns[2:8] == ("first", "last", "linear", "position", "markov", "shapley")


def test_the_score_stands_with_its_test_and_the_page_can_be_drawn(found):
    section = lead_section(found, "2025")
    scores = next(block for block in section.blocks if isinstance(block, KeyFigures))
    assert "that came in after" in scores.figures[0].basis
    assert "leads-by-source" in render_section(section)


def test_the_figures_are_plain_data(found):
    written = json.loads(json.dumps(plain(found)))
    assert written["by"][0]["overall"]["leads"] == 4_000
    assert written["score"]["accuracy"]["auc"]["value"] > 0.5
    assert "models" not in written["score"]


def test_what_could_not_be_told_is_refused():
    missing = NotEnoughData("no lead has a date", "dates")
    assert [type(block) for block in lead_section(missing, "2025").blocks] == [Refusal]
