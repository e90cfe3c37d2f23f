#!/usr/bin/env bash
# Unpacks an archive into an empty folder and uses it as on a machine without Java: run-archive.sh ARCHIVE
# The environment is empty; PATH has four programs of the shell, and no java.
set -euo pipefail

archive=$(readlink -f "$1")
# Not below /tmp, which is hidden further down.
folder=$(mktemp -d -p /var/tmp)
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
# enter COMMAND…: becomes the command; in the background, its process is that of the command.
enter() {
  cd "$folder/home"
  exec env -i HOME="$folder/home" PATH="$folder/programs" "$@"
}
isolated() { (enter "$@"); }
! isolated sh -c 'command -v java' >/dev/null || fail 'java is on the PATH'

isolated "$flipside" --version
isolated "$flipside" doctor >"$folder/doctor.txt" || fail "doctor: $(cat "$folder/doctor.txt")"
grep -q "$folder/moved/flip side/runtime" "$folder/doctor.txt" || fail 'doctor runs on another Java'

# Only the runtime of the archive, its libraries and nothing of an earlier run.
enter "$flipside" quickstart --out "$folder/home/run" >"$folder/quickstart.txt" 2>&1 &
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

# serves NAME COMMAND…: starts the service, and fails unless it gets ready and answers with the page.
serves() {
  local name=$1 port
  shift
  port=$((20000 + RANDOM % 20000))
  mkdir -p "$folder/$name-data"
  "$@" serve --port $port --root "$folder/home" --data "$folder/$name-data" >"$folder/$name.txt" 2>&1 &
  pid=$!
  for ((second = 0; second < 120; second++)); do
    if [[ $(answer $port /q/health/ready) == *' 200 '* ]]; then
      [[ $(answer $port /) == *' 200 '* ]] || fail "$name: no page"
      kill $pid
      wait $pid || true
      pid=
      return 0
    fi
    kill -0 $pid 2>/dev/null || break
    sleep 1
  done
  fail "$name: $(tail -n 20 "$folder/$name.txt")"
}
answer() {
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 0
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
  head -n 1 <&3
  exec 3>&-
}
serves service enter "$flipside"

# The archive and the home folder cannot be written, and no program runs from the temporary folder.
if unshare -m true 2>/dev/null; then
  mkdir "$folder/cache"
  enter_locked() {
    # shellcheck disable=SC2016
    exec unshare -m bash -ec '
      folder=$1
      shift
      mount -t tmpfs -o noexec tmpfs /tmp
      mount -t tmpfs -o ro tmpfs "$(getent passwd "$(id -u)" | cut -d: -f6)"
      mount --bind "$folder/moved" "$folder/moved"
      mount -o remount,ro,bind "$folder/moved"
      cd "$folder/home"
      exec "$@"' locked "$folder" env -i PATH="$folder/programs" "${cache[@]}" "$@"
  }
  locked() { (enter_locked "$@"); }
  cache=()
  locked "$flipside" synth --out "$folder/home/scenes" --size 60x80 --train 2 --test 0 >"$folder/synth.txt" 2>&1 ||
    fail "synth with a noexec temporary folder: $(cat "$folder/synth.txt")"
  if locked "$flipside" doctor >"$folder/locked.txt" 2>&1; then
    fail "training runs from a noexec folder: $(cat "$folder/locked.txt")"
  fi
  grep 'Training.*name a folder in DJL_CACHE_DIR' "$folder/locked.txt" ||
    fail "the error does not name the noexec temporary folder: $(cat "$folder/locked.txt")"
  cache=("DJL_CACHE_DIR=$folder/cache")
  locked "$flipside" doctor >"$folder/locked.txt" 2>&1 || fail "with DJL_CACHE_DIR: $(cat "$folder/locked.txt")"
  serves locked-service enter_locked "$flipside"
else
  echo 'SKIPPED: read-only and noexec folders; this user may not mount any.'
fi

# Without its runtime it says so.
mkdir "$folder/half"
cp -r "$folder/moved/flip side/bin" "$folder/half/bin"
if isolated "$folder/half/bin/flipside" --version 2>"$folder/half.txt"; then
  fail 'half an archive runs'
fi
grep -q 'move the unpacked folder as a whole' "$folder/half.txt" || fail "half: $(cat "$folder/half.txt")"
echo "The archive runs without Java: $(basename "$archive")"
