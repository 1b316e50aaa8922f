#!/bin/sh
# Rewrites the lock files from pyproject.toml: exact versions with hashes, and no addresses.
set -eu
cd "$(dirname "$0")/.."
UV="${UV:-.venv/bin/uv}"
lock() { "$UV" pip compile --quiet --generate-hashes --universal --no-header --python-version 3.11 --no-emit-index-url --no-emit-find-links "$@"; }
lock pyproject.toml -o requirements/runtime.txt
lock pyproject.toml --group test -c requirements/runtime.txt -o requirements/test.txt
lock pyproject.toml --group test --group peers -c requirements/test.txt -o requirements/peers.txt
lock pyproject.toml --extra spark -c requirements/peers.txt -o requirements/spark.txt
lock --group pyproject.toml:build -o requirements/build.txt
lock --group pyproject.toml:installer -o requirements/uv.txt
