"""Lays out graphs with Graphviz, compiled to WebAssembly, in a process of its own.

Run as a script with the path of viz-global.js: reads a JSON list of graphs in Graphviz's language from standard input,
writes the list of laid-out graphs (Graphviz's json0) to standard output. It imports nothing of ours, so that it starts
fast, and it is a process of its own because the JavaScript engine has been seen to hang while it stops: whoever starts
it sets a time limit (`graph_layout`).
"""

import json
import os
import sys
from pathlib import Path

from py_mini_racer import MiniRacer

# What the library expects of a browser. Graphviz wants random bytes for hashing only: constant ones repeat its layouts.
_BROWSER = """
globalThis.location = {href: ""};
globalThis.crypto = {getRandomValues: bytes => bytes.fill(7)};
globalThis.performance ??= {now: () => 0};
globalThis.TextDecoder ??= class {
  decode(bytes) {
    let text = "";
    for (const byte of bytes) text += "%" + byte.toString(16).padStart(2, "0");
    return decodeURIComponent(text);
  }
};
"""
_START = "Viz.instance().then(viz => { globalThis.viz = viz; return viz.graphvizVersion; })"
_LAYOUT = "JSON.stringify(%s.map(graph => JSON.parse(viz.renderString(graph, {format: 'json0'}))))"


def main() -> None:
    """Read graphs, write layouts, leave without waiting for the engine to wind down."""
    graphs = json.load(sys.stdin)
    context = MiniRacer()
    context.eval(_BROWSER + Path(sys.argv[1]).read_text(encoding="utf-8"))
    context.eval(_START).get(timeout=30)  # type: ignore[union-attr]  # a promise
    sys.stdout.write(str(context.eval(_LAYOUT % json.dumps(graphs))))
    sys.stdout.flush()
    context.close()
    os._exit(0)


if __name__ == "__main__":
    main()
