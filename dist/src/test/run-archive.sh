#!/usr/bin/env bash
# Unpacks an archive into an empty folder and uses it as on a machine without Java: run-archive.sh ARCHIVE
# The environment is empty; PATH has four programs of the shell, and no java.
set -euo pipefail

archive=$(readlink -f "$1")
folder=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT

fail() {
  printf 'run-archive: %s\n' "$1" >&2
  exit 1
}

(cd "$(dirname "$archive")" && sha256sum --quiet -c "$(basename "$archive").sha256")
mkdir "$folder/programs" "$folder/home" "$folder/first" "$folder/moved"
for program in sh dirname readlink sed; do
  ln -s "$(command -v $program)" "$folder/programs/$program"
done
tar -xf "$archive" -C "$folder/first"
# It may be moved as a whole.
mv "$folder"/first/flipside-* "$folder/moved/flip side"
flipside="$folder/moved/flip side/bin/flipside"
isolated() { (cd "$folder/home" && exec env -i HOME="$folder/home" PATH="$folder/programs" "$@"); }
! isolated sh -c 'command -v java' >/dev/null || fail 'java is on the PATH'

isolated "$flipside" --version
isolated "$flipside" doctor >"$folder/doctor.txt" || fail "doctor: $(cat "$folder/doctor.txt")"
grep -q "$folder/moved/flip side/runtime" "$folder/doctor.txt" || fail 'doctor runs on another Java'

# Only the runtime of the archive, its libraries and nothing of an earlier run.
isolated "$flipside" quickstart --out "$folder/home/run" >"$folder/quickstart.txt" 2>&1 &
pid=$!
for ((second = 0; second < 900; second++)); do
  if grep -q 'after 1 round' "$folder/quickstart.txt"; then
    break
  fi
  kill -0 $pid 2>/dev/null || break
  sleep 1
done
grep 'after 1 round' "$folder/quickstart.txt" || fail "quickstart: $(tail -n 20 "$folder/quickstart.txt")"
kill $pid 2>/dev/null || true
wait $pid 2>/dev/null || true
pid=

# Without its runtime it says so.
mkdir "$folder/half"
cp -r "$folder/moved/flip side/bin" "$folder/half/bin"
if isolated "$folder/half/bin/flipside" --version 2>"$folder/half.txt"; then
  fail 'half an archive runs'
fi
grep -q 'move the unpacked folder as a whole' "$folder/half.txt" || fail "half: $(cat "$folder/half.txt")"
echo "The archive runs without Java: $(basename "$archive")"
