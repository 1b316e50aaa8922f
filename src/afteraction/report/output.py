"""Files as they are handed to people: complete or not at all."""

from pathlib import Path

from afteraction.errors import Refused


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; a reader finds the old one or the whole new one. Raises `Refused` where it cannot be written."""
    draft = path.with_name(f".{path.name}.writing")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}", "a place to write to", "name another file") from error
    finally:
        draft.unlink(missing_ok=True)
