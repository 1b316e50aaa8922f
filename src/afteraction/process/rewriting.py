"""A process written into the text of another one, so that whatever did not change stays as somebody wrote it."""

from dataclasses import dataclass

import yaml

from afteraction.process.check import check_text
from afteraction.process.document import Reader
from afteraction.process.model import Process
from afteraction.process.parse import KEYS, parse
from afteraction.process.write import part_texts, process_text, step_text

_INDENT = 2


def rewritten(text: str, new: Process) -> str:
    """The text of a process file, changed so that it says `new`: comments and the way it is written are kept.

    What changed is written anew: a step as a whole, the list of stages, the rules. Where the text is written in a way
    in which that cannot be done (all on one line, say), the whole of it is.
    """
    found = _rewritten(text, new)
    read = check_text(found).process if found is not None else None
    # The text decides, not what was meant to be written.
    same = read is not None and (read, read.notes) == (new, new.notes)
    return found if found is not None and same else process_text(new)


@dataclass(frozen=True)
class _Part:
    """A top-level key with its lines, and the comments that stand above it."""

    key: str
    above: str
    body: str


def _rewritten(text: str, new: Process) -> str | None:
    draft = parse(text)
    root = Reader(text).root
    if draft.problems or not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    head, parts = _parts(text, root)
    wanted, before = part_texts(new), part_texts(draft.process)
    written = {part.key: part for part in parts}
    out = [head]
    for part in parts:
        if part.key not in wanted:
            continue  # says nothing any more
        if part.key == "steps":
            body = _steps(text, new)
            if body is None:
                return None
        else:
            body = part.body if wanted[part.key] == before.get(part.key) else wanted[part.key] + _blank_end(part.body)
        out.append(part.above + body)
    out += [
        "\n" + wanted[key] for key in KEYS if key in wanted and key not in written and key not in ("version", "notes")
    ]
    return "".join(out)


def _parts(text: str, root: yaml.MappingNode) -> tuple[str, list[_Part]]:
    """What stands above the first key, and the parts; comments above a key belong to it."""
    lines = text.splitlines(keepends=True)
    keys = [(str(key.value), key.start_mark.line) for key, _value in root.value]
    starts = [line for _key, line in keys]
    ends = [*starts[1:], len(lines)]
    found, above = [], ""
    for (key, start), end in zip(keys, ends, strict=True):
        rest = _content_end(lines, start, end) if end < len(lines) else end
        found.append(_Part(key, above, "".join(lines[start:rest])))
        above = "".join(lines[rest:end])
    return "".join(lines[: starts[0]]), found


def _content_end(lines: list[str], start: int, end: int) -> int:
    """Behind the last line between these that is neither empty nor a comment."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _blank_end(body: str) -> str:
    """The empty lines at the end of a part, which the one that takes its place keeps."""
    stripped = body.rstrip("\n")
    return body[len(stripped) + 1 :]


def _steps(text: str, new: Process) -> str | None:
    """The part `steps` with each step as it was written, or anew where it changed."""
    sources = parse(text).steps
    lines = text.splitlines(keepends=True)
    root = Reader(text).root
    if not isinstance(root, yaml.MappingNode):
        return None
    part, listed = next((key, value) for key, value in root.value if key.value == "steps")
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not sources:
        return None
    starts = [source.node.start_mark.line for source in sources]
    dash = sources[0].node.start_mark.column - _INDENT
    alone = all(lines[line].lstrip().startswith("-") for line in starts) and len(set(starts)) == len(starts)
    if not alone or dash < 0 or starts[0] == part.start_mark.line:
        return None
    after = next((line for line in _key_lines(root) if line > starts[-1]), len(lines))
    ends = [*starts[1:], after]
    blocks: dict[str, str] = {}
    above = "".join(lines[part.start_mark.line + 1 : starts[0]])
    tail = ""
    for source, start, end in zip(sources, starts, ends, strict=True):
        content = _content_end(lines, start, end)
        body = "".join(lines[start:content])
        kept = next((step for step in new.steps if step.id == source.step.id), None)
        if kept is not None:
            written = body if kept == source.step else _indented(step_text(kept), dash)
            blocks[kept.id] = above + (written if written.endswith("\n") else written + "\n")
        tail = above = "".join(lines[content:end])
    airy = "\n" if any(not line.strip() for line in lines[starts[0] : starts[-1]]) else ""
    made = [
        blocks.get(step.id) or ("" if number == 0 else airy) + _indented(step_text(step), dash)
        for number, step in enumerate(new.steps)
    ]
    first = made[0].lstrip("\n")
    end = tail if after == len(lines) else ""
    return "".join([lines[part.start_mark.line], first, *made[1:], end])


def _key_lines(root: yaml.MappingNode) -> list[int]:
    return [key.start_mark.line for key, _value in root.value]


def _indented(block: str, dash: int) -> str:
    """A step, written with its dash in column 2, moved to another."""
    moved = [" " * dash + line[_INDENT:] if line.strip() else line for line in block.splitlines(keepends=True)]
    return "".join(moved)
