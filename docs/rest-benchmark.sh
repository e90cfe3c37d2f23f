#!/usr/bin/env bash
# How long selections take over HTTP, and the service to start: docs/rest-benchmark.sh IMAGES CLIENTS SECONDS [EXECUTABLE]
# EXECUTABLE: the native executable (docs/native.md) in place of ./flipside serve.
# Needs wrk, curl and jq. Keeps the filled ledger in target/rest-benchmark for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
images=$1 clients=$2 seconds=$3 executable=${4:-}
[[ -z $executable || -x $executable ]] || { echo "$executable is no executable" >&2; exit 1; }
app=quarkus-api/target/quarkus-app
data=$PWD/target/rest-benchmark
port=18080
url=http://127.0.0.1:$port
mkdir -p "$data"

if [[ ! -f $data/filled ]]; then
  ./mvnw -q -DskipTests package -pl quarkus-api -am
  rm -f "$data"/campaigns.db*
  java -Xmx1g -cp "quarkus-api/target/test-classes:$app/lib/boot/*:$app/lib/main/*:$app/app/*" \
    dev.flipside.api.campaign.store.SelectionBenchmark "jdbc:sqlite:$data/campaigns.db" "$images" "$clients" 1
  touch "$data/filled"
fi

launcher=
stop() {
  if [[ -n $launcher ]]; then
    kill "$launcher"
    wait "$launcher" || true
    launcher=
  fi
}
trap stop EXIT

# service: the process that answers; ./flipside serve starts another.
service() { if [[ -n $executable ]]; then echo "$launcher"; else pgrep -P "$launcher"; fi; }

# start WHEN: as a user does, until the service is ready.
start() {
  local begin process
  begin=$(date +%s%N)
  if [[ -n $executable ]]; then
    "$executable" -Dquarkus.http.port=$port -Dflipside.roots="$data" -Dflipside.data-dir="$data" >"$data/server.log" 2>&1 &
  else
    ./flipside serve --port $port --root "$data" --data "$data" >"$data/server.log" 2>&1 &
  fi
  launcher=$!
  until curl -sf -o /dev/null "$url/q/health/ready"; do sleep 0.02; done
  process=$(service)
  echo "$1: ready after $((($(date +%s%N) - begin) / 1000000)) ms;" \
    "the service itself $(grep -o 'started in [0-9.]*s' "$data/server.log")," \
    "$(awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / hz }' "/proc/$process/stat") CPU-seconds," \
    "$(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$process/status") MiB"
}
start 'first start, with what is done once'
for turn in 1 2 3; do
  stop
  start "start $turn"
done

campaign=$(curl -s "$url/api/campaigns" | jq -r '.campaigns[0].id')
cat >"$data/select.lua" <<'LUA'
wrk.method = "POST"
wrk.body = '{"k":10,"annotator":"benchmark","leaseSeconds":3600}'
wrk.headers["Content-Type"] = "application/json"
LUA
curl -s -o /dev/null -w 'first selection: %{time_total} s\n' -H 'Content-Type: application/json' -d '{"k":10}' \
  "$url/api/campaigns/$campaign/selections"
leased() { curl -s "$url/api/campaigns/$campaign/progress" | jq .leased; }
before=$(leased)
for when in 'warming up' measured; do
  echo "== $when"
  wrk -t1 -c"$clients" -d"${seconds}s" --latency -s "$data/select.lua" "$url/api/campaigns/$campaign/selections"
done
# Every selection of ten leases ten regions that nobody had: compare with ten times wrk's requests.
echo "regions leased: $(($(leased) - before))"
grep VmHWM "/proc/$(service)/status"
