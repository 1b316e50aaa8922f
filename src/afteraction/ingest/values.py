"""Text to times, dates, numbers, currencies and domains, as SQL.

Nothing is guessed: which of 03/04 is the day, which sign is the decimal, and in which time zone a time without an
offset was meant are parameters. A text that cannot be read as asked becomes NULL.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

SPACES: Final = "\t\n\r\x0b\x0c \u00a0\u1680\u2007\u2009\u200b\u202f\u3000\ufeff"
_THIN: Final = " \u00a0\u2007\u2009\u202f"  # the spaces that group thousands

_DAY: Final = r"[1-9]\d{3}-\d{1,2}-\d{1,2}"
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_TWELVE: Final = rf"({_DAY}) ((?:0?[1-9]|1[0-2]):\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?) ?([AaPp])\.?[Mm]\.?"
_OFFSET: Final = r"(?:Z|[+-](?:0\d|1[0-8]):?[0-5]\d)"

# Month names in English, German, French and Spanish.
_MONTHS: Final = (
    "jan|january|januar|jänner|janv|janvier|ene|enero",
    "feb|february|februar|fév|fev|févr|février|febrero",
    "mar|march|mär|mrz|märz|mars|marzo",
    "apr|april|avr|avril|abr|abril",
    "may|mai|mayo",
    "jun|june|juni|juin|junio",
    "jul|july|juli|juil|juillet|julio",
    "aug|august|août|aout|ago|agosto",
    "sep|sept|september|septembre|septiembre",
    "oct|october|okt|oktober|octobre|octubre",
    "nov|november|novembre|noviembre",
    "dec|december|dez|dezember|déc|décembre|dic|diciembre",
)
_SIGNS: Final = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "zł": "PLN",
    "US$": "USD",
    "CA$": "CAD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "A$": "AUD",
    "R$": "BRL",
}  # the longer of two alike comes first
_SIGN: Final = r"(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥₹₽₩₪₺]|zł|kr\.?|Fr\.)"


@dataclass(frozen=True)
class Reading:
    """How a text becomes a value, in two layers of SQL so that the second can name the result of the first.

    `prepare` takes the SQL of a trimmed text and gives the SQL of a text in one common form; `value` takes the name of
    a column with that text and gives the SQL of the value.
    """

    prepare: Callable[[str], str]
    value: Callable[[str], str]
    sql_type: str


def quoted(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def one_of(text: str, choices: Iterable[str]) -> str:
    """SQL of whether a text is among `choices`; NULL for NULL.

    `IN` would say the same, but becomes a join, and a sheet of 300 columns would become 300 of them.
    """
    return f"list_contains([{', '.join(map(quoted, choices))}], {text})"


def tidy(text: str) -> str:
    """SQL of `text` without white space, visible or not, at its ends; NULL when nothing is left."""
    # trimming is slow and hardly ever needed, so look first
    needed = f"regexp_matches({text}, {quoted(f'^[{SPACES}]|[{SPACES}]$')})"
    return f"nullif(CASE WHEN {needed} THEN trim({text}, {quoted(SPACES)}) ELSE {text} END, '')"


def text_reading() -> Reading:
    """The text as it is."""
    return Reading(_unchanged, _unchanged, "VARCHAR")


def time_reading(dates: str, time_zone: str) -> Reading:
    """The instant that a text names.

    `dates` is one of mapping.DATE_STYLES or a pattern with `%`; `time_zone` (an IANA name) holds where the text has no
    offset. A wall-clock time that the zone skipped (clocks put forward) is NULL; of one that it showed twice, the first
    is meant.
    """
    if dates in ("epoch_s", "epoch_ms"):
        return Reading(_unchanged, lambda text: f"make_timestamptz({_epoch(text, dates)})", "TIMESTAMPTZ")
    if dates == "excel":
        return Reading(_excel_day, lambda naive: _in_zone(naive, time_zone), "TIMESTAMPTZ")
    if "%z" in dates:
        return Reading(
            _unchanged, lambda text: f"CAST(try_strptime({text}, {quoted(dates)}) AS TIMESTAMPTZ)", "TIMESTAMPTZ"
        )
    if "%" in dates:
        parse = f"try_strptime({{}}, {quoted(dates)})"
        return Reading(lambda text: parse.format(text), lambda naive: _in_zone(naive, time_zone), "TIMESTAMPTZ")
    return Reading(lambda text: _clear_time(text, dates), lambda clear: _clear_instant(clear, time_zone), "TIMESTAMPTZ")


def date_reading(dates: str) -> Reading:
    """The calendar day written in a text; a time of day or an offset behind it changes nothing."""
    instant = time_reading(dates, "UTC")
    if dates in ("epoch_s", "epoch_ms", "excel") or "%" in dates:
        return Reading(instant.prepare, lambda text: f"CAST({instant.value(text)} AS DATE)", "DATE")

    def day(clear: str) -> str:
        written = f"TRY_CAST(regexp_extract({clear}, {quoted(f'^{_DAY}')}) AS DATE)"
        return f"CASE WHEN {instant.value(clear)} IS NOT NULL THEN {written} END"

    return Reading(instant.prepare, day, "DATE")


def number_reading(decimal: str, divide: float | None = None) -> Reading:
    """The number in a text: `decimal` is its decimal sign, a currency around it is passed over.

    Thousands may be grouped by the other of `.` and `,`, by spaces or by apostrophes, in threes or as lakhs. Brackets,
    or a minus behind it, mean less than nothing. What has a percent sign is divided by 100, all else by `divide`.
    """
    point, comma = (r"\.", ",") if decimal == "." else (",", r"\.")
    groups = "|".join(rf"\d{{1,3}}(?:{sign}\d{{3}})+" for sign in (comma, f"[{_THIN}]", "['’]"))
    whole = rf"(?:\d+|{groups}|\d{{1,2}}(?:{comma}\d{{2}})+{comma}\d{{3}})(?:{point}\d*)?"
    pattern = rf"[+-]?(?:{whole}|{point}\d+)(?:[eE][+-]?\d{{1,3}})?%?"

    def value(bare: str) -> str:
        digits = f"replace(regexp_replace({bare}, {quoted(f'[%{_THIN}{comma}’' + chr(39) + ']')}, '', 'g'), ',', '.')"
        number = f"TRY_CAST({digits} AS DOUBLE) / CASE WHEN suffix({bare}, '%') THEN 100 ELSE {divide or 1!r} END"
        read = f"CASE WHEN regexp_full_match({bare}, {quoted(pattern)}) THEN {number} END"
        return f"CASE WHEN isfinite({read}) THEN {read} END"

    return Reading(_bare_number, value, "DOUBLE")


def whole_number_reading(decimal: str) -> Reading:
    """The whole number in a text; one with something behind its decimal sign is NULL."""
    number = number_reading(decimal)

    def value(bare: str) -> str:
        value = number.value(bare)
        return f"CASE WHEN {value} = round({value}) THEN TRY_CAST({value} AS BIGINT) END"

    return Reading(number.prepare, value, "BIGINT")


def currency(text: str) -> str:
    """SQL of the ISO 4217 code that stands before or behind a number; NULL for a sign that several share, as `$`."""
    ends = quoted(r"^\(?[+-]?\s*[A-Z]{3}\b|\b[A-Z]{3}\s*\)?$")
    code = f"nullif(regexp_replace(regexp_extract({text}, {ends}), '[^A-Z]', '', 'g'), '')"
    signs = " ".join(f"WHEN contains({text}, {quoted(sign)}) THEN {quoted(iso)}" for sign, iso in _SIGNS.items())
    return f"coalesce({code}, CASE {signs} END)"


def domain(text: str) -> str:
    """SQL of the internet domain in a web address or a mail address."""
    pattern = r"^(?:[a-z]+://)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s@]+\.[^/:?#\s@]+)"
    return f"nullif(regexp_extract(lower({text}), {quoted(pattern)}, 1), '')"


def first_of_list(text: str) -> str:
    """SQL of the first entry of a list parted by semicolons or commas."""
    return tidy(f"regexp_extract({text}, '^[^;,]*')")


def _unchanged(text: str) -> str:
    return text


def _replaced(text: str, *steps: tuple[str, str]) -> str:
    """SQL of `text` after regular-expression replacements, one after the other."""
    for pattern, result in steps:
        text = f"regexp_replace({text}, {quoted(pattern)}, {quoted(result)})"
    return text


def _in_zone(naive: str, time_zone: str) -> str:
    if time_zone == "UTC":
        return f"timezone('UTC', {naive})"
    zone = quoted(time_zone)
    instant = f"timezone({zone}, {naive})"
    earlier = f"({instant} - INTERVAL 1 HOUR)"
    first = f"CASE WHEN timezone({zone}, {earlier}) = {naive} THEN {earlier} ELSE {instant} END"
    return f"CASE WHEN timezone({zone}, {instant}) = {naive} THEN {first} END"


def _epoch(text: str, dates: str) -> str:
    scale = 1_000_000 if dates == "epoch_s" else 1000
    whole = quoted(r"-?\d{1,14}(\.\d+)?")
    return (
        f"CASE WHEN regexp_full_match({text}, {whole}) THEN CAST(round(CAST({text} AS DOUBLE) * {scale}) AS BIGINT) END"
    )


def _excel_day(text: str) -> str:
    """SQL of the wall-clock time of Excel's day number, to the millisecond; its calendar starts in 1900."""
    whole = quoted(r"\d{1,6}(\.\d+)?")
    since = f"to_milliseconds(CAST(round(CAST({text} AS DOUBLE) * 86400000) AS BIGINT))"
    return f"CASE WHEN regexp_full_match({text}, {whole}) THEN TIMESTAMP '1899-12-30' + {since} END"


def _clear_time(text: str, dates: str) -> str:
    """SQL of `text` as `2024-03-01 14:05:09.5+01:00`, as far as it says so much; other texts stay unreadable."""
    clear = rf"{_DAY}[ T]\d{{2}}:\d{{2}}:\d{{2}}(?:\.\d{{1,9}})?{_OFFSET}?"
    steps = [(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", r"\1-\2-\3"), (r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")]
    steps += [(r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})", r"\1-\2-\3 \4:\5:\6")]
    if dates in ("dmy", "mdy"):
        day, month = (r"\1", r"\2") if dates == "dmy" else (r"\2", r"\1")
        both = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ]"
        steps += [
            (both + r"(\d{4})", rf"\3-{month}-{day}"),
            (both + r"([0-6]\d)([ ,]|$)", rf"20\3-{month}-{day}\4"),
            (both + r"([7-9]\d)([ ,]|$)", rf"19\3-{month}-{day}\4"),
        ]
    steps += [
        (r"^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt]|, ?| +)(\d)", r"\1 \2"),
        (r"(:\d{2}),(\d)", r"\1.\2"),
        (r"(:\d{2}(?:\.\d+)?) ?(?:Z|z|UTC|GMT)$", r"\1+00:00"),
        (r"(:\d{2}(?:\.\d+)?) ?([+-]\d{2})$", r"\1\2:00"),
        (r"(:\d{2}(?:\.\d+)?) ([+-]\d{2})", r"\1\2"),
    ]
    written = r"(?i)[a-zäéû]{3}"
    chain = f"CASE WHEN regexp_matches({text}, {quoted(written)}) THEN {_numbered_month(text)} ELSE {text} END"
    return f"CASE WHEN regexp_full_match({text}, {quoted(clear)}) THEN {text} ELSE {_replaced(chain, *steps)} END"


def _numbered_month(text: str) -> str:
    """SQL of a text with a written month (`16-Apr-2022`, `Sat, April 16, 2022`) with the year first."""
    months = [
        (rf"(?i)(^|[-. \d])(?:{names})\b\.?", rf"\1M{number:02}") for number, names in enumerate(_MONTHS, start=1)
    ]
    return _replaced(
        text,
        (r"^\pL+\.?,[ ]+|^\pL+\.? +(\d{1,2}\.?[- ]+\pL)", r"\1"),  # the day of the week
        *months,
        (r"^(\d{1,2})\.?[- ]*M(\d\d)[-., ]*(\d{4})", r"\3-\2-\1"),
        (r"^(\d{1,2})[- ]*M(\d\d)[- ]*([0-6]\d)( |$)", r"20\3-\2-\1\4"),
        (r"^(\d{1,2})[- ]*M(\d\d)[- ]*([7-9]\d)( |$)", r"19\3-\2-\1\4"),
        (r"^M(\d\d)[- ]*(\d{1,2}),? +(\d{4})", r"\3-\1-\2"),
        (r"^(\d{4})[- ]*M(\d\d)[- ]*(\d{1,2})", r"\1-\2-\3"),
    )


def _clear_instant(clear: str, time_zone: str) -> str:
    """SQL of the instant in a text that `_clear_time` made."""
    naive, complete = quoted(rf"{_DAY}(?:[ T]{_CLOCK})?"), quoted(rf"{_DAY}[ T]{_CLOCK}{_OFFSET}")
    morning = _morning(clear)
    noon, afternoon = f"hour({morning}) = 12", f"regexp_matches({clear}, '[pP]\\.?[mM]')"
    shift = f"to_hours(CASE WHEN {noon} THEN -12 ELSE 0 END + CASE WHEN {afternoon} THEN 12 ELSE 0 END)"
    wall_clock, twelve = (
        _in_zone(f"TRY_CAST({clear} AS TIMESTAMP)", time_zone),
        _in_zone(f"({morning} + {shift})", time_zone),
    )
    return f"""CASE WHEN regexp_full_match({clear}, {naive}) THEN {wall_clock}
        WHEN regexp_full_match({clear}, {complete}) THEN TRY_CAST({clear} AS TIMESTAMPTZ)
        WHEN regexp_full_match({clear}, {quoted(_TWELVE)}) THEN {twelve} END"""


def _morning(clear: str) -> str:
    """SQL of the wall-clock time in a text with AM or PM, both left out."""
    pattern, result = quoted(_TWELVE), quoted(r"\1 \2")
    return f"TRY_CAST(regexp_replace({clear}, {pattern}, {result}) AS TIMESTAMP)"


def _bare_number(text: str) -> str:
    """SQL of a number's text without currency, brackets or a minus behind it."""
    return _replaced(
        text,
        ("^\u2212", "-"),
        (r"^\(\s*([^()+-]+?)\s*\)$", r"-\1"),
        (r"^([^+-]+)-$", r"-\1"),
        (rf"^([+-]?)\s*{_SIGN}\s*([+-]?)", r"\1\2"),
        (rf"\s*{_SIGN}$", ""),
        (r"\s+%$", "%"),
    )
