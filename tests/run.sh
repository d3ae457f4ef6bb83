#!/usr/bin/env bash
# The whole suite on real parts: starts a PostgreSQL and a Redis of its own on loopback, finds or installs Chromium.
# What a machine lacks and cannot install is skipped; pytest's last line counts it.
set -euo pipefail
cd "$(dirname "$0")/.."
state=$(mktemp -d)
cleanup() {
  [ -f "$state/redis.pid" ] && kill "$(cat "$state/redis.pid")" 2>/dev/null || true
  [ -d "$state/pg" ] && as_postgres "$pg_bin/pg_ctl" -D "$state/pg" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$state" 2>/dev/null || true
}
trap cleanup EXIT

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo -n "$@"; else return 1; fi; }
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
free_port() { python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

bash web/console/build.sh & # beside the rest; its tests are skipped where it cannot be built
console=$!

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium fonts-wqy-zenhei)
command -v sipp >/dev/null || missing+=(sip-tester)
command -v baresip >/dev/null || missing+=(baresip)
if [ "${#missing[@]}" -gt 0 ] && command -v apt-get >/dev/null; then
  echo "installing for the tests: ${missing[*]}" >&2
  { as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$state/apt.log" 2>&1 ||
    { echo "could not install them; tests that need them are skipped" >&2; tail -n 3 "$state/apt.log" >&2; }
fi

if pg_bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1)") && [ -x "$pg_bin/initdb" ]; then
  port=$(free_port)
  mkdir "$state/pg" && chmod 755 "$state"
  [ "$(id -u)" = 0 ] && chown postgres "$state/pg"
  as_postgres "$pg_bin/initdb" -D "$state/pg" -U gridtalk --auth=trust >/dev/null 2>&1 &&
    as_postgres "$pg_bin/pg_ctl" -D "$state/pg" -w -l "$state/pg/log" \
      -o "-p $port -k '' -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null 2>&1 &&
    as_postgres "$pg_bin/createdb" -h 127.0.0.1 -p "$port" -U gridtalk gridtalk &&
    export GRIDTALK_TEST_POSTGRES="postgresql://gridtalk@127.0.0.1:$port/gridtalk" ||
    echo "PostgreSQL did not start; its tests are skipped" >&2
fi
if command -v redis-server >/dev/null; then
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --daemonize yes \
    --pidfile "$state/redis.pid" --dir "$state" >/dev/null &&
    export GRIDTALK_TEST_REDIS="redis://127.0.0.1:$port/0"
fi

wait "$console" || true
export GRIDTALK_HOME="$state/home"
export GRIDTALK_NOW="2026-11-20T10:00:00+08:00"
python -m pytest "$@"
