#!/usr/bin/env bash
# Build the staff console into console/dist where Node is there and the build is missing or older than its sources.
# Without arguments a failure is told and forgiven, so that nothing that starts afterwards is stopped by it.
#   --background   return at once        --required   fail where it cannot be built, build in any case, check the types
set -uo pipefail
cd "$(dirname "$0")"
mode=${1:-}
target=../../console/dist
fresh=../../var/console-dist
log=../../var/console-build.log

mkdir -p ../../var
is_fresh() { [ -f "$target/index.html" ] && [ -z "$(find src index.html package-lock.json vite.config.ts -newer "$target/index.html" -print -quit)" ]; }
has_packages() { [ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; }
build() {
  has_packages || npm ci --no-audit --no-fund --loglevel=error || return 1
  touch node_modules/.package-lock.json
  [ "$mode" != --required ] || npm run --silent check || return 1
  # built beside and then swapped, so that a running server never serves half of it
  npm run --silent build -- --outDir "$fresh" --emptyOutDir && touch "$fresh/index.html" &&
    rm -rf "$fresh.old" && { [ ! -d "$target" ] || mv "$target" "$fresh.old"; } && mv "$fresh" "$target" && rm -rf "$fresh.old"
}

if ! command -v npm >/dev/null; then
  [ "$mode" != --required ] || { echo "npm is missing: install Node 20 or newer" >&2; exit 1; }
  [ -f "$target/index.html" ] || echo "staff console: not built, npm is missing; everything else works" >&2
  exit 0
fi
if [ "$mode" = --required ]; then build; exit; fi
if is_fresh; then exit 0; fi

exec 9>"$log.lock"
flock -n 9 || exit 0 # somebody builds it already
try() { build >"$log" 2>&1 && echo "staff console: built, /console/" >&2 || echo "staff console: could not be built (var/console-build.log); everything else works" >&2; }
echo "staff console: being built, about a minute the first time" >&2
if [ "$mode" = --background ]; then try & else try; fi
exit 0
