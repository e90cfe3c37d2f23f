#!/usr/bin/env bash
# Mixed load on the service, which is killed every minute: benchmarks/soak.sh MINUTES CLIENTS IMAGES MODEL [KILL_EVERY_SECONDS]
#
# IMAGES: folder of images; MODEL: an ONNX file with its card. Clients lease a region, label it and look at it; one more
# scores the pool again and again. Prints a line per minute and a summary: labels acknowledged, lost and doubled, memory,
# open files, and how long labels take. KILL_EVERY_SECONDS 0 never kills. Needs curl and jq.
set -euo pipefail
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" # as ./flipside serve
minutes=$1 clients=$2 images=$(realpath "$3") model=$(realpath "$4") kill_every=${5:-60}
cd "$(dirname "$0")/.."
app=$PWD/quarkus-api/target/quarkus-app/quarkus-run.jar
[[ -f $app ]] || ./mvnw -q -DskipTests package -pl quarkus-api -am
port=18081
url=http://127.0.0.1:$port
work=$(mktemp -d)
mkdir "$work/root" "$work/data"
cp -r "$images" "$work/root/pool"
cp "$model" "$work/root/model.onnx"
service=
workers=()
finish() {
  touch "$work/stop"
  [[ -z $service ]] || kill "$service" 2>/dev/null || true
  wait 2>/dev/null || true
}
trap finish EXIT

start() {
  # shellcheck disable=SC2086
  java -XX:+UseSerialGC -Xmx512m -Xms32m -XX:NewSize=16m -XX:MaxNewSize=16m -XX:MinHeapFreeRatio=10 \
    -XX:MaxHeapFreeRatio=20 ${FLIPSIDE_JAVA_OPTS:-} -Dquarkus.http.port=$port -Dflipside.roots="$work/root" \
    -Dflipside.data-dir="$work/data" -jar "$app" >>"$work/log.txt" 2>&1 &
  service=$!
  until curl -sf -m 5 -o /dev/null "$url/q/health/ready"; do
    kill -0 "$service" || { tail -n 20 "$work/log.txt" >&2; exit 1; }
    sleep 0.1
  done
}
json=(-H 'Content-Type: application/json')

campaign() { # GRID: creates a campaign and prints its path
  curl -sf "${json[@]}" "$url/api/campaigns" \
    -d "{\"name\":\"soak\",\"pool\":\"pool\",\"grid\":\"$1\",\"model\":\"model.onnx\"}" | jq -r .links.self
}

# Labels regions of the campaign in $work/campaign; notes each acknowledged one, with the seconds it took.
annotate() {
  local name=$1 answer link image seconds
  while [[ ! -e $work/stop ]]; do
    answer=$(curl -s -m 20 "${json[@]}" -H 'Prefer: wait=5' -d "{\"k\":1,\"annotator\":\"$name\"}" \
      "$url$(cat "$work/campaign")/selections") || { sleep 0.2; continue; }
    link=$(jq -r '.regions[0].links.label // empty' <<<"$answer" 2>/dev/null) || true
    [[ -n $link ]] || { sleep 0.5; continue; }
    image=$(jq -r '.regions[0].links.crop' <<<"$answer")
    curl -s -m 20 -o "$work/$name.png" -H 'Accept: image/png' "$url$image" || continue
    if seconds=$(curl -sf -m 20 -o /dev/null -w '%{time_total}' -X PUT -H 'Content-Type: image/png' \
      --data-binary "@$work/label.png" "$url$link"); then
      echo "${link%%\?*} $seconds" >>"$work/acknowledged-$name"
    fi
  done
}

start
# A label of one class for each region: all regions have the size of the first one in this grid.
first=$(campaign 4x4)
echo "$first" >"$work/campaign"
until curl -s "${json[@]}" -H 'Prefer: wait=20' -d '{"k":1}' "$url$first/selections" >"$work/one" &&
  jq -e '.regions[0]' "$work/one" >/dev/null; do sleep 1; done
read -r height width < <(jq -r '.regions[0] | "\(.height) \(.width)"' "$work/one")
lib=$(dirname "$app")/lib
java -cp "$lib/boot/*:$lib/main/*" quarkus-api/src/test/java/dev/flipside/api/soak/LabelFile.java \
  "$height" "$width" "$work/label.png"
for ((client = 0; client < clients; client++)); do
  annotate "client$client" &
  workers+=($!)
done

echo '| minute | acknowledged | jobs done | RSS MB | open files | kills |'
echo '|---|---|---|---|---|---|'
kills=0 next_kill=$kill_every campaigns=$first
begin=$SECONDS
for ((minute = 1; minute <= minutes; minute++)); do
  while ((SECONDS - begin < 60 * minute)); do
    if ((kill_every > 0 && SECONDS - begin >= next_kill)); then
      kill -9 "$service"
      wait "$service" 2>/dev/null || true
      kills=$((kills + 1)) next_kill=$((next_kill + kill_every))
      start
    fi
    # A new campaign scores the pool anew, and gives the annotators regions.
    if next=$(campaign 4x4); then
      campaigns+=" $next"
      echo "$next" >"$work/campaign"
    fi
    sleep 5
  done
  echo "| $minute | $(cat "$work"/acknowledged-* 2>/dev/null | wc -l) |" \
    "$(curl -s "$url/api/jobs" | jq '[.jobs[] | select(.state == "DONE")] | length') |" \
    "$(awk '/VmRSS/ {printf "%d", $2 / 1024}' "/proc/$service/status") | $(find "/proc/$service/fd" | wc -l) | $kills |"
done
touch "$work/stop"
wait "${workers[@]}" || true
cat "$work"/acknowledged-* >"$work/all"
lost=0
while read -r region; do
  [[ $(curl -s "$url${region%/label}" | jq -r .state) == LABELLED ]] || lost=$((lost + 1))
done < <(cut -d' ' -f1 "$work/all")
doubled=$(cut -d' ' -f1 "$work/all" | sort | uniq -d | wc -l)
count=$(wc -l <"$work/all")
p99=$(cut -d' ' -f2 "$work/all" | sort -n | awk -v at="$(((count * 99 + 99) / 100))" 'NR == at')
echo
echo "acknowledged $count, lost $lost, doubled $doubled, kills $kills, label p99 $p99 s, log: $work/log.txt"
[[ $lost == 0 && $doubled == 0 ]]
