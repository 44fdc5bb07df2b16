#!/usr/bin/env bash
# Verifies a suite, a shard of it, or joins the reports of shards, as continuous integration runs it.
#
# SUITE [SHARD] [MODELS] [CHECKPOINT_ROOT] [DATA], or MERGE, a folder with reports of shards. REPORTS is the folder for
# report.json and report.xml; it defaults to verify-reports. The exit code is that of ckpt verify. Under GitHub Actions
# what did not pass is marked: by the run of a whole suite, or by the one that joins.
set -uo pipefail

reports=${REPORTS:-verify-reports}
mkdir -p "$reports"
arguments=()
if [[ -n ${MERGE-} ]]; then
    mapfile -t parts < <(find "$MERGE" -type f -name '*.json' | sort)
    if ((${#parts[@]} == 0)); then
        echo "verify.sh: $MERGE has no reports" >&2
        exit 2
    fi
    arguments+=(--merge "${parts[@]}")
elif [[ -n ${SUITE-} ]]; then
    arguments+=(--suite "$SUITE")
    if [[ -n ${SHARD-} ]]; then arguments+=(--shard "$SHARD"); fi
    read -ra models <<< "${MODELS-}"
    if ((${#models[@]} > 0)); then arguments+=(--models "${models[@]}"); fi
    if [[ -n ${CHECKPOINT_ROOT-} ]]; then arguments+=(--checkpoint-root "$CHECKPOINT_ROOT"); fi
    if [[ -n ${DATA-} ]]; then arguments+=(--data "$DATA"); fi
else
    echo "verify.sh: SUITE or MERGE is missing" >&2
    exit 2
fi

ckpt verify "${arguments[@]}" --junit "$reports/report.xml" --json > "$reports/report.json"
status=$?
# A shard's report is shown by the run that joins them. A report of all models can be shown without running them again.
if [[ -z ${SHARD-} ]] && grep -q '"entries"' "$reports/report.json"; then
    format=text
    if [[ ${GITHUB_ACTIONS-} == true ]]; then format=github; fi
    ckpt verify --merge "$reports/report.json" --format "$format"
elif [[ ${GITHUB_ACTIONS-} == true && $status -eq 2 && -z ${SHARD-} ]]; then
    echo "::error title=verify::ckpt verify could not run; its log says why"
fi
exit "$status"
