"""The effect that the demo's trial shows: planted where its protocol sends the new way, and nowhere else."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from afteraction.analysis.randomisation import stratified
from afteraction.demo import planted
from afteraction.simulate import default_organisation, simulate_chunks
from afteraction.web.experiments.document import canonical, digest_of, read_document


def test_the_new_way_wins_as_many_more_as_were_planted_and_the_old_as_many_as_before(tmp_path: Path) -> None:
    tables = ("deals", "stage_changes", "people")
    before = list(simulate_chunks(default_organisation(), 3_000, 7, tables=tables))
    after = planted.planted(before, tmp_path)
    told = json.loads((tmp_path / planted.FILE).read_text())
    document = read_document(told["protocol"])
    arms = stratified(digest_of(canonical(document)), dict(document.design.strata), ("old", "new"))
    opens = datetime.combine(document.starts_on, time(), UTC)
    closes = datetime.combine(document.assign_until, time(), UTC) + timedelta(days=1)
    deals = [row for each in after for row in each.tables["deals"].to_pylist() if opens <= row["created_at"] < closes]
    mine = [row for row in deals if arms.get(row["owner"]) == "new"]
    won = set(told["won_instead"])
    assert len(won) == round(len(mine) * planted.POINTS / 100)
    assert won <= {row["deal_id"] for row in mine if row["outcome"] == "won"}
    changed = {
        old["deal_id"]
        for one, other in zip(before, after, strict=True)
        for old, new in zip(one.tables["deals"].to_pylist(), other.tables["deals"].to_pylist(), strict=True)
        if old != new
    }
    assert changed == won
    ends = [row for each in after for row in each.tables["stage_changes"].to_pylist() if row["deal_id"] in won]
    assert {row["stage"] for row in ends if row["outcome"] is not None} == {"Closed won"}
