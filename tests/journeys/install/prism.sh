#!/bin/sh
# Installs Prism, which holds requests and answers against an OpenAPI document, into a cache folder: a minute, once. Says where.
# It asks for a newer Node.js than it needs: 20 is enough to check by.
set -eu
home="${CROSSDOCK_COUNTERPARTS:-$HOME/.cache/crossdock}/prism-5.16.0"
mkdir -p "$home"
cd "$home"
if [ ! -f installed ]; then
  printf '%s\n' '{"name": "crossdock-prism", "private": true, "dependencies": {"@stoplight/prism-cli": "5.16.0"}}' > package.json
  npm install --no-audit --no-fund --loglevel=error >&2
  touch installed
fi
echo "$home"
