"""The analyses on records that nobody on this project wrote."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.directly_follows import directly_follows
from afteraction.analysis.discovery import discover
from afteraction.analysis.divergence import divergences
from afteraction.analysis.event_log import prepare
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.analysis.quality import data_quality
from afteraction.analysis.rep_skill import rep_skill
from afteraction.analysis.stage_times import stage_times
from afteraction.analysis.study import study
from afteraction.analysis.summary import summarise
from afteraction.analysis.variants import variants
from afteraction.analysis.win_probability import win_probability
from afteraction.analysis.win_rates import win_rates
from afteraction.errors import NotEnoughData
from afteraction.ingest.importing import import_paths
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.process.check import check_text
from afteraction.process.write import process_text
from afteraction.report.figures import figures


def imported(path, folder):
    import_paths([path], folder)
    home = Home.at(folder)
    record = open_record(home, Lake(home).snapshot())
    return record.tables, prepare(record.tables, lambda name, table: record.con.create_table(name, table, temp=True))


@pytest.fixture(scope="module")
def loan_offers(shared_data, tmp_path_factory):
    """BPI Challenge 2012: how a bank's customers apply for a loan; no stages, no owners."""
    return imported(shared_data / "bpic2012", tmp_path_factory.mktemp("loan_offers"))


@pytest.mark.slow
def test_the_loan_process_is_found_as_its_bank_describes_it(loan_offers):
    found = discover(*loan_offers, "Loan offers")
    assert found.process.stages == ("Start", "From A_PREACCEPTED", "From A_ACCEPTED", "From O_SENT_BACK")
    stages = {step.name: step.stage for step in found.process.steps}
    assert stages["A_PARTLYSUBMITTED"] == stages["W_Afhandelen leads"] == "Start"
    assert stages["W_Completeren aanvraag"] == "From A_PREACCEPTED"
    assert stages["O_SENT"] == stages["W_Nabellen offertes"] == "From A_ACCEPTED"
    assert stages["W_Valideren aanvraag"] == stages["O_ACCEPTED"] == "From O_SENT_BACK"
    left_out = {one.name for one in found.left_out if not one.reason.startswith("another moment")}
    assert left_out == {"W_Beoordelen fraude", "W_Wijzigen contractgegevens (schedule)"}
    checked = check_text(process_text(found.process))
    assert (checked.problems, checked.process) == ((), found.process)


@pytest.mark.slow
def test_the_loan_record_is_counted(loan_offers):
    tables, log = loan_offers
    summary = summarise(tables, log, version=1)
    assert (summary.deals, summary.events) == (13_087, 245_020)
    assert summary.outcomes == {"won": 2_246, "lost": 7_635, "no_decision": 2_807, "open": 399}
    graph = directly_follows(log)
    assert sum(edge.count for edge in graph.edges) == 245_020 + 13_087, "each event but the last has one after it"
    assert variants(tables, log).top[0].deals == 3_429
    assert isinstance(stage_times(tables, log, summary.to), NotEnoughData)
    quality = data_quality(tables, log, summary)
    assert "logged_in_bulk" in {finding.flaw for finding in quality.findings}
    assert ("deals", "owner") in {(missing.table, missing.column) for missing in quality.missing}


@pytest.mark.slow
def test_acceptance_of_a_loan_is_no_reason_for_it(loan_offers):
    """Every loan that is granted was accepted by the customer, at the very end: the trap of whole lives."""
    found = {each.name: each for each in divergences(*loan_offers).found}
    assert found["O_ACCEPTED"].naive_difference.value > 0.99
    assert found["O_ACCEPTED"].clearness == 0
    assert found["O_SENT_BACK"].clearness > 0.05


def test_a_record_of_deals_alone_gives_win_rates_and_names_its_traps(shared_data, tmp_path):
    tables, log = imported(shared_data / "maven_crm", tmp_path)
    rates = win_rates(tables)
    assert (rates.overall.won, rates.overall.lost) == (4_238, 2_473)
    assert rates.by["deal size"].leaks, "the amount of lost deals was set to zero"
    assert {group.verdict for group in rates.by["owner"].groups} == {"not_different"}
    assert isinstance(discover(tables, log, "Ours"), NotEnoughData)
    assert isinstance(variants(tables, log), NotEnoughData)
    quality = data_quality(tables, log, summarise(tables, log, version=1))
    flaws = {finding.flaw: finding.share.count for finding in quality.findings}
    assert (flaws["no_events"], flaws["account_missing"]) == (8_800, 1_425)


def shuffled_owners(tables, rng):
    """The deals with their owners dealt out anew: whoever is better now is so by chance."""
    deals = tables["deals"].to_pyarrow()
    owners = deals["owner"].take(pa.array(rng.permutation(len(deals))))
    return {**tables, "deals": ibis.memtable(deals.set_column(deals.schema.get_field_index("owner"), "owner", owners))}


def skill_of(tables, log):
    frame = deal_frame(tables, log, NO_PROCESS)
    return rep_skill(frame, NO_PROCESS, win_probability(frame, NO_PROCESS))


def test_no_rep_of_a_company_is_called_better_or_worse_without_evidence(shared_data, tmp_path):
    """Reps won 55 to 70 % of their deals, which is what chance alone would have brought."""
    tables, log = imported(shared_data / "maven_crm", tmp_path)
    as_it_is = skill_of(tables, log)
    assert len(as_it_is.reps) == 30
    assert {rep.verdict for rep in (*as_it_is.reps, *as_it_is.teams)} <= {"as_expected", "cant_tell"}
    assert as_it_is.chance > 0.05
    assert as_it_is.shares.people.low < 0.05
    rng = np.random.default_rng(1)
    for _repetition in range(3):
        by_chance = skill_of(shuffled_owners(tables, rng), log)
        assert {rep.verdict for rep in by_chance.reps} <= {"as_expected", "cant_tell"}
        assert max(rep.high - rep.low for rep in by_chance.reps) < 0.2, "said with some certainty all the same"


@pytest.mark.slow
def test_the_whole_study_of_loans_refuses_what_their_record_cannot_say(loan_offers):
    tables, log = loan_offers
    engine = tables["deals"].get_backend()
    found = figures(study(tables, log, 1, None, lambda name, table: engine.create_table(name, table), "Found"))
    steps = {step["step"]: step for step in found["steps"]}
    assert {name for name, step in steps.items() if step["verdict"] == "leak"} >= {
        "o_accepted",
        "o_declined",
        "w_valideren_aanvraag",
    }
    for one in ("a_submitted", "a_partlysubmitted"):
        assert steps[one]["refused"]["reason"] == "only 0 ended deals that did not at the landmark"
    assert all(step["refused"]["reason"] for step in steps.values() if step["effect"] is None)
    assert found["win_probability"]["auc"] < 0.75, "nothing that follows the decision is predicted from"
    assert found["reps"] == []
    refused = {each["part"]: each["reason"] for each in found["refused"]}
    assert refused["reps"] == "0 reps with ended deals"
    assert refused["stage_times"] == "no deal has a dated stage change"
