"""XES event logs: read in one pass, in bounded memory, without a document type and hence without entities.

Standard: IEEE 1849-2016. Attributes of traces and events become columns; nested ones get names with dots, lists become
JSON. The defaults of `global` attributes are shown, never filled in: a missing time must not become 1970-01-01.
"""

from typing import Final
from xml.parsers import expat

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MAX_RECORD, MIB, size_text
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.xes_log import BrokenLog, Log

CHUNK: Final = MIB


def read_xes(source: Source) -> list[Sheet]:
    """Two sheets, "traces" and "events"; each event carries its trace's id as `case:concept:name`.

    Raises Refused when the file is cut short, is no XES, has a document type or exceeds a limit.
    """
    parser = expat.ParserCreate()
    log = Log(source, lambda: parser.CurrentByteIndex)
    parser.StartElementHandler = log.start
    parser.EndElementHandler = log.end
    # Entities are declared in a document type, so without one there is nothing to expand or to fetch.
    parser.StartDoctypeDeclHandler = log.document_type
    try:
        _feed(parser, source)
    except expat.ExpatError as error:
        found = f"XML that is broken or cut short ({expat.errors.messages[error.code]})"
        raise _refused(source, parser, log, found) from error
    except BrokenLog as error:
        raise _refused(source, parser, log, str(error)) from error
    return log.sheets()


def _feed(parser: expat.XMLParserType, source: Source) -> None:
    total, done = source.content.stat().st_size, 0
    with source.content.open("rb") as file:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk)
            done += len(chunk)
            if done - parser.CurrentByteIndex > MAX_RECORD:
                raise BrokenLog(f"a tag of more than {size_text(MAX_RECORD)}")
            source.progress.step(source.name, done, total)
        parser.Parse(b"", True)


def _refused(source: Source, parser: expat.XMLParserType, log: Log, found: str) -> Refused:
    return Refused(
        f"{source.name}: {found}, on line {parser.CurrentLineNumber:,} after {log.traces:,} complete traces",
        "a complete XES event log without a document type",
        "copy or export it again",
    )
