#!/usr/bin/env bash
# Walks the whole life of a campaign over HTTP, with curl and jq.
#
#   ./flipside serve --port 8080 --root DATA
#   docs/rest-walkthrough.sh http://localhost:8080 POOL MODEL LABELS
#
# POOL and MODEL: a folder of images and an ONNX file below DATA. LABELS: a folder with a PNG of class ids for each
# image, of the same name; it plays the annotator. FLIPSIDE_KEY: an API key, if the service asks for one.
set -euo pipefail

base=$1 pool=$2 model=$3 labels=$4

# ask METHOD PATH [curl options]: prints the answer, or the problem and ends.
ask() {
  local method=$1 path=$2 answer
  shift 2
  if ! answer=$(curl -sS --fail-with-body -X "$method" ${FLIPSIDE_KEY:+-H "X-Api-Key: $FLIPSIDE_KEY"} "$@" "$base$path"); then
    printf '%s %s: %s\n' "$method" "$path" "$answer" >&2
    exit 1
  fi
  printf '%s' "$answer"
}
json=(-H 'Content-Type: application/json')

echo '== Is the service ready?'
ask GET /q/health/ready | jq -c '[.checks[] | {(.name): .data}] | add'

echo '== Make a campaign; its pool is scored in the background'
campaign=$(ask POST /api/campaigns "${json[@]}" -d "$(jq -n --arg pool "$pool" --arg model "$model" \
  '{name: "walk-through", pool: $pool, model: $model, grid: "5x5", budgetFraction: 0.12}')")
jq -c '{id, strategy, budget: .progress.budget, scoring: .scoring.state}' <<<"$campaign"
here=$(jq -r .links.self <<<"$campaign")

echo '== Watch the scoring (server-sent events)'
ask GET "$(jq -r .scoring.links.events <<<"$campaign")" -N | sed -n 's/^data://p' | jq -c '{state, done, total}' | tail -n 3

echo '== Take the three best regions; the same Idempotency-Key gets the same answer'
take() {
  ask POST "$here/selections" "${json[@]}" -H "Idempotency-Key: $1" -d '{"k": 3, "annotator": "ada", "leaseSeconds": 600}'
}
key=walk-$$-$RANDOM
selection=$(take "$key")
jq -c '.regions[] | {rank, image, row, col, score}' <<<"$selection"
[[ $(take "$key" | jq -r .id) == "$(jq -r .id <<<"$selection")" ]]

echo '== Look at the first one, label two, skip one'
ask GET "$(jq -r '.regions[0].links.crop' <<<"$selection")" -o /dev/null -w '%{content_type}, %{size_download} bytes'
echo
for rank in 0 1; do
  image=$(jq -r ".regions[$rank].image" <<<"$selection")
  stem=$(basename "${image%.*}")
  ask PUT "$(jq -r ".regions[$rank].links.label" <<<"$selection")" \
    -H 'Content-Type: image/png' --data-binary "@$labels/$stem.png" | jq -c '{image, row, col, state, annotator}'
done
ask POST "$(jq -r '.regions[2].links.skip' <<<"$selection")" | jq -c '{image, row, col, state}'

echo '== How far is it?'
ask GET "$here/progress" | jq -c .

echo '== Take five more, keep them longer, give them back'
selection=$(ask POST "$here/selections" "${json[@]}" -d '{"k": 5, "annotator": "ada"}')
ask POST "$(jq -r .links.renew <<<"$selection")" "${json[@]}" -d '{"leaseSeconds": 3600}' | jq -c '{id, expires, open}'
ask DELETE "$(jq -r .links.self <<<"$selection")"

echo '== Fetch the labelled set'
ask GET "$here/export?format=masks" -o masks.zip -w '%{content_type}, %{size_download} bytes'
echo

echo '== Close the campaign'
ask POST "$here/close" | jq -c '{id, closed, labelled: .progress.labelled}'
