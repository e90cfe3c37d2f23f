#!/usr/bin/env bash
# How long selections take over HTTP: docs/rest-benchmark.sh IMAGES CLIENTS SECONDS
# Needs the packaged service, wrk, curl and jq. Keeps the filled ledger in target/rest-benchmark for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
images=$1 clients=$2 seconds=$3
app=quarkus-api/target/quarkus-app
data=target/rest-benchmark
url=http://127.0.0.1:18080
mkdir -p "$data"

if [[ ! -f $data/filled ]]; then
  rm -f "$data"/campaigns.db*
  java -cp "scorer/target/test-classes:$app/lib/boot/*:$app/lib/main/*" \
    dev.flipside.scorer.campaign.SelectionBenchmark "jdbc:sqlite:$data/campaigns.db" "$images" "$clients" 1
  touch "$data/filled"
fi

start=$(date +%s%N)
java -Dquarkus.http.port=18080 -Dflipside.data-dir="$data" -jar "$app/quarkus-run.jar" >"$data/server.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -sf -o /dev/null "$url/q/health/ready"; do sleep 0.02; done
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms"

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
grep VmHWM "/proc/$server/status"
