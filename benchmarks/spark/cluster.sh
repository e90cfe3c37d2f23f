#!/usr/bin/env bash
# Compares a standalone Spark cluster with one process: benchmarks/spark/cluster.sh SPARK_HOME MODEL IMAGES K
#
# SPARK_HOME: a distribution of Spark 4.2.0 with Scala 2.13; IMAGES: folder of images, at least some tens; MODEL: an ONNX
# file whose card is complete. Starts a master and two workers of one core each on this machine, scores the images on
# them, kills one executor by its ID when it has finished two tasks, selects K regions, and compares the selection with
# that of flipside score and flipside select. Then scores again, which must find nothing to do. Exits with 1 if anything
# differs. Copies nothing, and leaves nothing behind but the log of a run that failed.
set -euo pipefail
export SPARK_HOME
SPARK_HOME=$(realpath "$1")
model=$(realpath "$2") images=$(realpath "$3") k=$4
export SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1
cd "$(dirname "$0")/../.."
[[ -f spark/target/flipside-spark.jar ]] || ./mvnw -q -DskipTests package -pl spark -am
jars=$(printf '%s,' "$PWD"/spark/target/lib/*.jar)
work=$(mktemp -d)
port=7177
processes=()

finish() {
  local code=$?
  for each in "${processes[@]}"; do
    kill "$each" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  if [[ $code == 0 ]]; then
    rm -rf "$work"
  else
    echo "failed; see $work" >&2
  fi
}
trap finish EXIT

daemon() { # NAME CLASS ARGUMENT...
  local name=$1
  shift
  "$SPARK_HOME/bin/spark-class" "$@" >"$work/$name.log" 2>&1 &
  processes+=($!)
}

until_logged() { # FILE TEXT
  for _ in $(seq 120); do
    grep -q "$2" "$1" 2>/dev/null && return
    sleep 1
  done
  echo "$1 does not say: $2" >&2
  return 1
}

submit() { # ARGUMENT...
  "$SPARK_HOME/bin/spark-submit" --master spark://127.0.0.1:$port --jars "${jars%,}" \
    --conf spark.executor.memory=1g --conf spark.executor.cores=1 --conf spark.task.cpus=1 \
    --class dev.flipside.spark.command.FlipsideSpark spark/target/flipside-spark.jar "$@" 2>>"$work/submit.log"
}

# Prints the process ID of the first executor that has finished two tasks.
executor() {
  local log folder
  while true; do
    for log in "$work"/app/worker*/app-*/*/stderr; do
      if [[ -f $log && $(grep -c "Finished task" "$log") -ge 2 ]]; then
        folder=$(dirname "$log")
        pgrep -f -- "--executor-id $(basename "$folder") .*--app-id $(basename "$(dirname "$folder")")" | head -n 1
        return
      fi
    done
    sleep 0.5
  done
}

./flipside score --model "$model" --pool "$images" --grid 5x5 --batch 2 --threads 1 --out "$work/scores.jsonl" || [[ $? == 3 ]]
./flipside select --scores "$work/scores.jsonl" -k "$k" --out "$work/local.jsonl"

daemon master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port $port --webui-port 0
until_logged "$work/master.log" "New state: ALIVE"
for worker in 1 2; do
  daemon worker$worker org.apache.spark.deploy.worker.Worker -c 1 -m 2g --host 127.0.0.1 --webui-port 0 \
    --work-dir "$work/app/worker$worker" spark://127.0.0.1:$port
  until_logged "$work/worker$worker.log" "Successfully registered"
done

submit score --model "$model" --pool "$images" --grid 5x5 --batch 2 --images-per-task 2 --scores "$work/scores" >"$work/score.txt" &
scoring=$!
victim=$(executor)
kill -9 "$victim"
wait $scoring
cat "$work/score.txt"
grep -c "Lost executor" "$work/submit.log" | sed 's/$/ executor lost/'

table=$(echo "$work"/scores/model=*/run=*)
submit select --scores "$table" -k "$k" --out "$work/cluster.jsonl"
cmp "$work/local.jsonl" "$work/cluster.jsonl"
submit score --model "$model" --pool "$images" --grid 5x5 --batch 2 --scores "$work/scores" | tee "$work/again.txt"
grep -q ": 0 scored now" "$work/again.txt"
echo "the same $k regions in the same order"
