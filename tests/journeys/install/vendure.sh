#!/bin/sh
# Installs Vendure, a real store, into a cache folder: some minutes and about 200 MB, once. Says where.
# sql.js as its database, because that needs no compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home="${CROSSDOCK_COUNTERPARTS:-$HOME/.cache/crossdock}/vendure-3.7.3"
mkdir -p "$home"
cd "$home"
if [ ! -f installed ]; then
  printf '%s\n' '{"name": "crossdock-vendure", "private": true, "dependencies": {"@vendure/core": "3.7.3", "sql.js": "1.12.0"}}' > package.json
  npm install --no-audit --no-fund --loglevel=error >&2
  touch installed
fi
cp "$here/vendure.cjs" "$here/vendure_data.json" "$here/vendure_products.csv" .
echo "$home"
