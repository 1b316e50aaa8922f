"""Exports as they turn up: the right rows arrive, everything else is told with row, column, found and expected."""

from collections.abc import Callable

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused

DEALS = (
    "SELECT deal_id, outcome, amount, strftime(created_at, '%Y-%m-%d'), strftime(closed_at, '%Y-%m-%d') "
    "FROM deals ORDER BY 1"
)
GERMAN = """
Verkaufschance-Nr;Bezeichnung;Betrag;Phase;Angelegt am;Abschlussdatum
V-1;Anlage Süd – groß;1.234,50 €;Gewonnen;03.01.2024;15.02.2024
V-2;Anlage Nord;12.000,00 €;Verloren;13.01.2024;01.03.2024
V-3;Anlage „Ost“;900,00 €;Angebot;20.01.2024;
"""


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-8-sig").replace(b";", b"|"),
        lambda text: text.replace(";", "\t").encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: ("sep=;\n" + text).replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").replace("„", "").replace("“", "").encode("mac-roman"),
    ],
    ids=["cp1252", "bom and pipes", "utf-16 and tabs", "utf-16 without mark", "sep line", "old Mac"],
)
def test_encodings_and_delimiters_make_no_difference(
    written: Callable[[str], bytes], files: Files, installation: Installation
) -> None:
    path = files.folder / "chancen.csv"
    path.write_bytes(written(GERMAN.lstrip()))
    assert installation.imports(path).refusals is None
    assert installation.rows(DEALS) == [
        ("V-1", "won", 1234.5, "2024-01-03", "2024-02-15"),
        ("V-2", "lost", 12000.0, "2024-01-13", "2024-03-01"),
        ("V-3", "open", 900.0, "2024-01-20", None),
    ]
    assert installation.rows("SELECT name[8:10], currency FROM deals WHERE deal_id = 'V-1'") == [("Süd", "EUR")]


@pytest.mark.parametrize(
    ("text", "deals", "refusals"),
    [
        (  # a formula that failed is not the same as nothing known
            "deal_id,outcome,amount\n1,won,#N/A\n#REF!,won,5\n2,lost,#DIV/0!\n",
            [("1", "won", None, None, None), ("2", "lost", None, None, None)],
            [
                'deals.csv,2,amount,"#N/A","a value; the formula here has none, so the cell is taken as empty",yes',
                'deals.csv,3,deal_id,"#REF!","a value, because deal_id may not be empty",no',
                'deals.csv,4,amount,"#DIV/0!","a value; the formula here has none, so the cell is taken as empty",yes',
            ],
        ),
        (  # sums below a report are no deals
            "Pipeline,,\n,,\nDeal ID,Stage,Amount\n1,Won,5\n2,Lost,6\nTotal,,11\nGrand Totals (2 records),,11\n",
            [("1", "won", 5.0, None, None), ("2", "lost", 6.0, None, None)],
            [
                'deals.csv,6,Deal ID,Total,"a deal, not a sum of deals",no',
                'deals.csv,7,Deal ID,Grand Totals (2 records),"a deal, not a sum of deals",no',
            ],
        ),
        (  # what a word means stays a question, how it is written does not
            "deal_id,outcome\n1,Won\n2,NO DECISION\n3,Gewonnen\n",
            [("1", "won", None, None, None), ("2", "no_decision", None, None, None)],
            ['deals.csv,4,outcome,Gewonnen,"one of open, won, lost, no_decision",no'],
        ),
        (  # ids are texts: capitals and leading zeros count, white space around them does not
            "deal_id,outcome\n007,won\n7,lost\nabc,won\n ABC\u200b,open\n abc ,won\n",
            [(id_, outcome, None, None, None) for id_, outcome in
             (("007", "won"), ("7", "lost"), ("ABC", "open"), ("abc", "won"))],
            [],
        ),
        (  # days as spreadsheets count them
            "deal_id,outcome,created_at,closed_at\n1,won,45292,45323.5\n2,open,45293,\n",
            [("1", "won", None, "2024-01-01", "2024-02-01"), ("2", "open", None, "2024-01-02", None)],
            [],
        ),
        (  # no zone, no such day, a year of another age
            "deal_id,outcome,created_at\n1,won,2024-03-01 10:00 CET\n2,won,2024-02-30\n3,won,0024-01-01\n",
            [("1", "won", None, None, None), ("2", "won", None, None, None), ("3", "won", None, None, None)],
            [
                f'deals.csv,{row},created_at,{found},"a date such as 2024-03-31 14:05, year first (UTC)",yes'
                for row, found in ((2, "2024-03-01 10:00 CET"), (3, "2024-02-30"), (4, "0024-01-01"))
            ],
        ),
        (  # currencies, brackets, Swiss thousands
            "deal_id,outcome,amount\n1,won,1'234.50\n2,won,(US$ 500)\n3,won,CHF 2’000.00\n4,won,5'00\n",
            [("1", "won", 1234.5, None, None), ("2", "won", -500.0, None, None),
             ("3", "won", 2000.0, None, None), ("4", "won", None, None, None)],
            ["deals.csv,5,amount,5'00,a number such as 1234.5,yes"],
        ),
        (  # a quotation mark that is not closed costs its own row alone
            'deal_id,outcome\n1,"won\n2,lost\n3,open\n',
            [("2", "lost", None, None, None), ("3", "open", None, None, None)],
            ['deals.csv,2,,"a quotation mark that is not closed: 1,""won",quotation marks in pairs,no'],
        ),
    ],
)  # fmt: skip
def test_each_row_arrives_or_is_told(
    text: str, deals: list[object], refusals: list[str], files: Files, installation: Installation
) -> None:
    report = installation.imports(files.write("deals.csv", text))
    assert (installation.refusals(report) if report.refusals else []) == refusals
    columns = ["deal_id", "outcome", "amount", "created_at", "closed_at"]
    known = [name for (name,) in installation.rows("SELECT column_name FROM (DESCRIBE deals)")]
    assert {*columns} <= {*known}
    assert installation.rows(DEALS) == deals


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("deal id,stage,created\n1,Won,13/01/2024\n2,Lost,01/13/2024\n3,Lost,05/06/2024\n", "others the month"),
        ("deal id,stage,created\n1,Won,2024-01-01 10:00 EST\n2,Lost,2024-06-01 10:00 PDT\n", "none is a date"),
        ("deal id,stage,amount\n1,Won,100\n2,Lost,free\n3,Open,TBD\n", "only 33% are numbers"),
        ("deal id;stage;amount\n1;Won;1.234,50\n2;Lost;1,234.50\n3;Won;2,75\n", "only 67% are numbers"),
        ("deal name,stage,amount\nBig,Won,100\nSmall,Lost,200\n", "called deal name"),
    ],
)
def test_a_column_that_is_named_well_and_kept_badly_is_asked_about(
    text: str, question: str, files: Files, installation: Installation
) -> None:
    with pytest.raises(Refused) as refused:
        installation.imports(files.write("deals.csv", text))
    assert question in " ".join(refused.value.found.split())


@pytest.mark.parametrize(
    ("name", "header", "stages"),
    [
        (
            "report.csv",
            "Opportunity-ID;Opportunity-Name;Accountname;Phase;Betrag;Schlusstermin;Erstelldatum;Opportunity-Inhaber",
            ["Geschlossen und gewonnen", "Abgesagt", "Verhandlung"],
        ),
        (
            "hubspot-alle-deals.csv",
            "Datensatz-ID;Deal-Name;Firma;Deal-Phase;Betrag;Abschlussdatum;Erstellungsdatum;Zuständiger Mitarbeiter",
            ["Abgeschlossen und gewonnen", "Abgeschlossen und verloren", "Termin vereinbart"],
        ),
        (
            "transactions.csv",
            "ID de fiche;Nom de la transaction;Client;Phase;Montant;Date de fermeture;Date de création;Propriétaire",
            ["Fermée gagnée", "Refusée", "Rendez-vous planifié"],
        ),
        (
            "oportunidades.csv",
            "Identificador;Nombre;Cuenta;Etapa;Importe;Fecha de cierre;Fecha de creación;Propietario",
            ["Cerrada ganada", "Rechazada", "En negociación"],
        ),
    ],
)  # fmt: skip
def test_exports_of_a_crm_in_another_language_are_understood(
    name: str, header: str, stages: list[str], files: Files, installation: Installation
) -> None:
    rows = [
        f"O{n};Deal {n};Acme;{stage};1.00{n},50;1{n}.02.2024;2{n}.01.2024;Ann"
        for n, stage in enumerate(stages, start=1)
    ]
    report = installation.imports(files.write(name, "\n".join([header, *rows]) + "\n"))
    assert report.sheets[0].columns_left_out == {}
    assert installation.rows("SELECT deal_id, name, account_id, owner, amount, outcome FROM deals ORDER BY 1") == [
        ("O1", "Deal 1", "Acme", "Ann", 1001.5, "won"),
        ("O2", "Deal 2", "Acme", "Ann", 1002.5, "lost"),
        ("O3", "Deal 3", "Acme", "Ann", 1003.5, "open"),
    ]
    assert installation.rows("SELECT count(created_at), count(closed_at), count(expected_close_on) FROM deals") == [
        (3, 2, 1)
    ]


def test_exports_that_overlap_give_each_touch_once(files: Files, installation: Installation) -> None:
    files.write("deals.csv", "deal_id,outcome\n1,open\n")
    files.write("jan.csv", "deal_id,activity,at\n1,Call,2024-01-01\n1,Call,2024-01-01\n1,Mail,2024-01-31\n")
    files.write("feb.csv", "deal_id,activity,at\n1,Mail,2024-01-31\n1,Call,2024-02-01\n")
    together = installation.imports(files.folder).tables["touches"]
    assert (together.new, together.repeated) == (4, 1)
    one_by_one = installation.imports(files.folder / "feb.csv").tables["touches"]
    assert (one_by_one.new, one_by_one.same) == (0, 2)


def test_ids_that_differ_in_capitals_only_are_pointed_out(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", "deal_id,outcome\nabc,open\nABC,open\n"))
    assert any(warning.endswith("are taken for different deals (ABC, abc)") for warning in report.warnings)


def test_long_whole_numbers_stay_as_they_are(files: Files, installation: Installation) -> None:
    rows = "deal_id,outcome,contract\n1,open,9223372036854775807\n2,open,12\n"
    installation.imports(files.write("deals.csv", rows))
    assert installation.rows("SELECT contract FROM deals ORDER BY 1") == [("12",), ("9223372036854775807",)]


def test_a_percent_sign_and_a_column_of_percentages_do_not_add_up(files: Files, installation: Installation) -> None:
    rows = "deal id,stage,probability\n1,Won,100%\n2,Open,40\n3,Lost,0\n"
    installation.imports(files.write("deals.csv", rows))
    assert installation.rows("SELECT crm_probability FROM deals ORDER BY deal_id") == [(1.0,), (0.4,), (0.0,)]


def test_a_sheet_of_many_columns_is_imported_whole(files: Files, installation: Installation) -> None:
    names = [f"field_{n}" for n in range(150)]
    rows = [f"{deal},open,{','.join(str(deal * n) for n in range(150))}" for deal in range(1, 4)]
    installation.imports(files.write("deals.csv", "\n".join([",".join(["deal_id", "outcome", *names]), *rows])))
    assert installation.rows("SELECT sum(field_149) FROM deals") == [(6.0 * 149,)]


def test_what_is_refused_for_its_length_is_told_in_short(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", f"deal_id,outcome\n1,{'x' * 1_000_000}\n2,won\n"))
    (line,) = installation.refusals(report)
    assert line.startswith("deals.csv,2,outcome,xxx")
    assert len(line) < 400
