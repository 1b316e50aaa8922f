"""Files as they are handed to people: complete or not at all."""

from pathlib import Path

from afteraction.errors import Refused


def refuse_unwritable(*paths: Path | None) -> None:
    """Raises `Refused` for the first file that could not be written, before anything long is done for it."""
    for path in (one for one in paths if one is not None):
        if path.is_dir():
            raise Refused(f"{path}, a folder", "a file to write to", "name another file")
        draft = _draft(path)
        try:
            draft.touch()
            draft.unlink()
        except OSError as error:
            raise _refusal(path, error) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; a reader finds the old one or the whole new one. Raises `Refused` where it cannot be written."""
    draft = _draft(path)
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.writing")


def _refusal(path: Path, error: OSError) -> Refused:
    return Refused(f"{path}: {error.strerror or error}", "a place to write to", "name another file")
