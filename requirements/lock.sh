#!/bin/sh
# Resolve the dependencies and write the three lock files. No address of an index and no path gets into them.
set -eu
cd "$(dirname "$0")/.."
resolve() {
  ${UV:-uv pip} compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-header --output-file "$@"
}
resolve requirements/bootstrap.txt requirements/bootstrap.in
resolve requirements/run.txt pyproject.toml requirements/build.in
# The run lock constrains the other, so that both can live in one environment.
resolve requirements/dev.txt --extra dev --constraint requirements/run.txt pyproject.toml requirements/build.in
