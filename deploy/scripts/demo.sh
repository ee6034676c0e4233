#!/usr/bin/env bash
# Ask for a customer's numbers, as a client would. Every layout gives the same answer.
#
#   deploy/scripts/demo.sh                          start each of the three layouts here and ask it
#   deploy/scripts/demo.sh http://localhost:8080    ask the fleet at that address
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ $# = 0 ]; then
  python=${PYTHON:-.venv/bin/python} port=${PORT:-8080} log=$(mktemp)
  for layout in monolith hybrid microservices; do
    "$python" manage.py topology up "deploy/topologies/$layout.toml" --gateway "$port" > "$log" 2>&1 &
    until grep -q '^fleet ready' "$log"; do
      kill -0 $! 2> /dev/null || { cat "$log" >&2; exit 1; }
      sleep 0.2
    done
    echo "$layout"
    "$0" "http://localhost:$port"
    kill $! && wait $!
  done
  exit
fi
base=$1

json() { python3 -c "import json, sys; document = json.load(sys.stdin); print($1)"; }

email="demo-$RANDOM$RANDOM@omnify.example"
documents=$(curl -sSf "$base/api/legal/versions" | python3 deploy/scripts/consents.py)
token=$(curl -sSf "$base/api/auth/register" -H 'Content-Type: application/json' -d "{
  \"organization_name\": \"Demo\", \"first_name\": \"Ada\", \"last_name\": \"Byron\",
  \"email\": \"$email\", \"password\": \"correct horse staple $RANDOM\",
  \"accepted_documents\": $documents}" | json 'document.get("access_token", "")')
if [ -z "$token" ]; then
  echo "e-mail addresses must be verified at $base: the demo needs AUTH_EMAIL_VERIFICATION=optional" >&2
  exit 1
fi
curl -sSf "$base/api/integrations/csv/import" -H "Authorization: Bearer $token" \
  -F file=@data/robyn_weekly_marketing.csv -F mapping="$(cat data/robyn_mapping.json)" > /dev/null
echo "GET /api/analytics/dashboard/stats at $base, hosted by $(curl -sSf "$base/health" | json '", ".join(document["services"])'):"
curl -sSf "$base/api/analytics/dashboard/stats?from=2015-11-23&to=2019-11-11" \
  -H "Authorization: Bearer $token" | json 'json.dumps({k: document[k] for k in ("totals", "currency") if k in document} or document)[:400]'
