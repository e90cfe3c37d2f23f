#!/usr/bin/env bash
# Splits a file into parts below 60 MiB, or joins them: split.sh split FILE FOLDER; split.sh join FOLDER FILE
# A list of checksums travels with the parts; a file that is joined is complete and right, or not there.
set -euo pipefail

size=$((59 << 20))
usage() {
  sed -n '2p' "$0" >&2
  exit 2
}
fail() {
  printf 'split: %s\n' "$1" >&2
  exit 1
}
[[ $# == 3 ]] || usage
case $1 in
  split)
    file=$2 folder=$3
    [[ -f $file ]] || fail "there is no file $file"
    mkdir -p "$folder"
    [[ -z $(ls -A "$folder") ]] || fail "$folder is not empty"
    split -b $size -d -a 3 -- "$file" "$folder/part."
    (cd "$folder" && sha256sum part.* >SHA256SUMS)
    sha256sum <"$file" >"$folder/SHA256"
    ls -l "$folder"
    ;;
  join)
    folder=$2 file=$3
    [[ -f $folder/SHA256SUMS && -f $folder/SHA256 ]] || fail "$folder has no SHA256SUMS and SHA256; expected a folder of split.sh split"
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS) || fail "a part is missing or damaged: copy it again"
    trap 'rm -f "$file.joining"' EXIT
    cat "$folder"/part.* >"$file.joining"
    [[ $(sha256sum <"$file.joining") == "$(cat "$folder/SHA256")" ]] || fail "the joined file differs from the one that was split"
    mv "$file.joining" "$file"
    ;;
  *) usage ;;
esac
