#!/usr/bin/env bash
# How long selections take over HTTP, and the service to start: docs/rest-benchmark.sh IMAGES CLIENTS SECONDS
# Needs wrk, curl and jq. Keeps the filled ledger in target/rest-benchmark for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
images=$1 clients=$2 seconds=$3
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

# start WHEN: as a user does, until the service is ready.
start() {
  local begin
  begin=$(date +%s%N)
  ./flipside serve --port $port --root "$data" --data "$data" >"$data/server.log" 2>&1 &
  launcher=$!
  until curl -sf -o /dev/null "$url/q/health/ready"; do sleep 0.02; done
  echo "$1: ready $((($(date +%s%N) - begin) / 1000000)) ms after ./flipside serve;" \
    "the service itself $(grep -o 'started in [0-9.]*s' "$data/server.log")"
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
grep VmHWM "/proc/$(pgrep -P "$launcher")/status"
