#!/usr/bin/env bash
# Measures scoring on the GPUs of this machine, in at most 8 minutes: run.sh ARCHIVE [CUDA_ARCHIVE] OUT
#
# ARCHIVE       flipside-VERSION-linux-x86_64.tar.xz, or a folder that split.sh made of it
# CUDA_ARCHIVE  flipside-VERSION-linux-x86_64-cuda12.tar.xz or -cuda13.tar.xz, or such a folder
# OUT           new folder for results.jsonl, results.json, report.md and logs
#
# Settings in the environment, with defaults: DEVICE=cuda SIZES=360x480,512x1024 PRECISIONS=fp32,fp16 BATCHES=1,2,4,8,16,32
# DEPTH=50 MODEL= (an ONNX model in place of random weights) IMAGES=256 SECONDS_EACH=2 MINUTES=6 DECODE_THREADS= (all cores)
# Needs bash, tar, xz and the NVIDIA driver; no Java. DEVICE=cpu rehearses everything without a GPU.
set -euo pipefail

fail() {
  printf 'run: %s\n' "$1" >&2
  exit 1
}
[[ $# == 2 || $# == 3 ]] || {
  sed -n '2,6p' "$0" >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
device=${DEVICE:-cuda}
threads=${DECODE_THREADS:-$(nproc)}
out=${!#}
[[ ! -e $out ]] || fail "$out exists; name a new folder"
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
sampler=
cleanup() {
  [[ -z $sampler ]] || kill "$sampler" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
begin=$SECONDS
failures=()

# step NAME COMMAND…: runs a command with a log; a failure is noted and the rest goes on.
step() {
  local name=$1
  shift
  printf '%4d s  %s\n' $((SECONDS - begin)) "$name"
  if ! "$@" >"$out/$name.log" 2>&1; then
    failures+=("$name: $(grep -v '^ *at ' "$out/$name.log" | tail -n 1)")
    return 1
  fi
}

unpack() {
  local archive=$1
  if [[ -d $archive ]]; then
    bash "$here/split.sh" join "$archive" "$work/joined.tar.xz"
    archive=$work/joined.tar.xz
  fi
  [[ -f $archive ]] || fail "there is no $archive"
  mkdir -p "$work/flipside"
  tar -xf "$archive" -C "$work/flipside" --strip-components=1
  rm -f "$work/joined.tar.xz"
}
printf '%4d s  unpack\n' 0
unpack "$1"
[[ $# == 2 ]] || unpack "$2"
flipside=$work/flipside/bin/flipside
export HOME=$work/home
mkdir -p "$HOME"

step doctor "$flipside" doctor || true
step nvidia-smi nvidia-smi || true

# The most GPU memory in use, once a second; without the program, unknown.
memory() {
  while sleep 1; do
    nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits 2>/dev/null | sort -n | tail -n 1
  done
}
memory >"$out/memory.txt" &
sampler=$!

largest=${SIZES:-360x480,512x1024}
largest=${largest##*,}
step images "$flipside" synth --out "$work/scenes" --size "$largest" --train 32 --test 0 || fail "$(tail -n 3 "$out/images.log")"

# bench NAME OPTIONS…: JSON lines of the benchmark, named after the provider.
bench() {
  local name=$1
  shift
  local model=()
  [[ -z ${MODEL:-} ]] || model=(--model "$MODEL")
  step "$name" "$flipside" bench gpu --device "$device" --pool "$work/scenes/train" --sizes "${SIZES:-360x480,512x1024}" \
    --precisions "${PRECISIONS:-fp32,fp16}" --batches "${BATCHES:-1,2,4,8,16,32}" --depth "${DEPTH:-50}" \
    --images "${IMAGES:-256}" --seconds "${SECONDS_EACH:-2}" --decode-threads "$threads" "${model[@]}" "$@" || true
  sed -n "s/^{/{\"by\":\"flipside $name\",/p" "$out/$name.log" >>"$out/results.jsonl"
}
: >"$out/results.jsonl"
bench "$device" --minutes "${MINUTES:-6}"
left=$((470 - (SECONDS - begin)))

# PyTorch beside it: fp16 with channels last on a GPU.
if command -v python3 >/dev/null && python3 -c 'import torch' 2>/dev/null; then
  if step torch timeout $((left > 60 ? 60 : left)) python3 "$here/torch_fcn.py" --device "${device%%:*}" --depth "${DEPTH:-50}" \
    --sizes "${SIZES:-360x480,512x1024}" --batches "${TORCH_BATCHES:-1,8}"; then
    grep '^{' "$out/torch.log" >>"$out/results.jsonl"
  fi
else
  failures+=('torch: left out: no python3 with torch')
fi
left=$((470 - (SECONDS - begin)))

if [[ $device == cuda* ]] && grep -q '^ok  Scoring on tensorrt' "$out/doctor.log" && ((left > 90)); then
  BATCHES=8 bench tensorrt --provider tensorrt --minutes 1
else
  failures+=('tensorrt: left out: doctor does not find it, or no time is left')
fi
failures+=('CUDA graphs: left out: ONNX Runtime for Java cannot bind inputs and outputs to a device, which they need')

kill "$sampler" 2>/dev/null || true
sampler=
peak=$(sort -n "$out/memory.txt" | tail -n 1)
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1 || true)

quoted() { printf '"%s"' "$(printf %s "$1" | tr -d '\r\n\t' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
{
  printf '{"device":%s,"gpu":%s,"cores":%d,"decode_threads":%d,"peak_gpu_memory_mib":%s,"seconds":%d,\n' \
    "$(quoted "$device")" "$(quoted "${gpu:-none}")" "$(nproc)" "$threads" "${peak:-null}" $((SECONDS - begin))
  printf ' "results":[\n%s\n ],\n "failures":[\n' "$(sed '$!s/$/,/; s/^/  /' "$out/results.jsonl")"
  for ((i = 0; i < ${#failures[@]}; i++)); do
    printf '  %s%s\n' "$(quoted "${failures[i]}")" "$([[ $i == $((${#failures[@]} - 1)) ]] || echo ,)"
  done
  printf ' ]}\n'
} >"$out/results.json"

field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$2"; }
{
  printf '# Scoring on %s\n\n' "${gpu:-the CPU, in place of a GPU}"
  printf 'Device %s, %d cores, %d threads to decode, peak GPU memory %s MiB, %d s in all.\n\n' \
    "$device" "$(nproc)" "$threads" "${peak:-unknown}" $((SECONDS - begin))
  printf '| by | what | size | precision | batch | images/s |\n|---|---|---|---|---|---|\n'
  while IFS= read -r line; do
    [[ $line == *'"per_second"'* ]] || continue
    printf '| %s | %s | %s | %s | %s | %s |\n' "$(field by "$line")" "$(field what "$line")" "$(field size "$line")" \
      "$(field precision "$line")" "$(field batch "$line")" "$(field per_second "$line")"
  done <"$out/results.jsonl"
  printf '\n## fp16 against fp32\n\n'
  grep '"same_best_tenth"' "$out/results.jsonl" | sed 's/^/    /' || printf 'Not measured.\n'
  printf '\n## What failed, and why\n\n'
  grep '"error"' "$out/results.jsonl" | sed 's/^/    /' || true
  printf -- '- %s\n' "${failures[@]}"
} >"$out/report.md"
printf '%4d s  done: %s/report.md, results.json\n' $((SECONDS - begin)) "$out"
grep -q '"per_second"' "$out/results.jsonl" || fail "nothing was measured; see $out/report.md"
