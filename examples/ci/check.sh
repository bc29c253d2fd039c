#!/bin/sh
# Preview a stack under the policy pack, and write what the pack found for whoever reads it.
#
#   check.sh STACK CONFIGURATION.json [BASELINE.json]
#
# Writes into the folder `reports`. Exits 1 on a mandatory finding, when the preview itself failed, or when something in
# the configuration is misspelt; 2 when there is nothing to report on.
set -eu
stack=$1 configuration=$2 baseline=${3:-}
mkdir -p reports
# What an earlier run wrote would stand for this one where the preview does not even begin; its report may be the baseline.
(cd reports && rm -f events.jsonl secure-ecr.sarif junit.xml codequality.json report.html comment.md)

# The engine passes over a control or a setting that is misspelt.
misspelt=0
secure-ecr pack check "$configuration" || misspelt=$?
[ "$misspelt" -le 1 ] || exit "$misspelt"

# The event log has what the pack says, the JSON has the source lines. The report below tells why a preview failed.
PULUMI_DEBUG_COMMANDS=true pulumi preview --non-interactive --json --stack "$stack" \
  --policy-pack "$(secure-ecr pack path)" --policy-pack-config "$configuration" \
  --event-log reports/events.jsonl >reports/preview.json || echo "the preview of $stack did not pass" >&2

for format in sarif junit codequality json html markdown; do
  case $format in
    sarif) file=secure-ecr.sarif ;;
    junit) file=junit.xml ;;
    codequality) file=codequality.json ;;
    json) file=report.json ;;
    html) file=report.html ;;
    markdown) file=comment.md ;;
  esac
  set -- reports/events.jsonl --steps reports/preview.json --format "$format" --output "reports/$file"
  if [ "$format" = markdown ] && [ -s "$baseline" ]; then
    set -- "$@" --baseline "$baseline"
  fi
  status=0
  secure-ecr report "$@" || status=$?
  [ "$status" -le 1 ] || exit "$status"
done
[ "$status" -ne 0 ] || status=$misspelt
exit "$status"
