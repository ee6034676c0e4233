#!/usr/bin/env bash
# One request, as it looks from outside: a customer's numbers, asked for at some address. Against each
# layout it answers alike.
#
#   deploy/scripts/demo.sh                          the three layouts in turn, on this machine
#   deploy/scripts/demo.sh http://localhost:8080    the fleet that is there
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
  echo "addresses have to be proven at $base: the demo needs AUTH_EMAIL_VERIFICATION=optional" >&2
  exit 1
fi
curl -sSf "$base/api/integrations/csv/import" -H "Authorization: Bearer $token" \
  -F file=@data/robyn_weekly_marketing.csv -F mapping="$(cat data/robyn_mapping.json)" > /dev/null
echo "GET /api/analytics/dashboard/stats at $base, hosted by $(curl -sSf "$base/health" | json '", ".join(document["services"])'):"
curl -sSf "$base/api/analytics/dashboard/stats?from=2015-11-23&to=2019-11-11" \
  -H "Authorization: Bearer $token" | json 'json.dumps({k: document[k] for k in ("totals", "currency") if k in document} or document)[:400]'
