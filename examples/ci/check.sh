#!/bin/sh
# Preview a stack under the policy pack, and write what the pack found for whoever reads it.
#
#   check.sh STACK CONFIGURATION.json [BASELINE.json]
#
# Writes into the folder `reports`. Exits 1 on a mandatory finding or when the preview itself failed, 2 when there is
# nothing to report on.
set -eu
stack=$1 configuration=$2 baseline=${3:-}
mkdir -p reports

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
exit "$status"
