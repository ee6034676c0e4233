#!/usr/bin/env bash
# Bring a layout up from its rendered files, or one service of it up to the image that is there now.
#
#   deploy/scripts/deploy.sh monolith|microservices|hybrid        Compose, on this machine
#   deploy/scripts/deploy.sh SERVICE                              that service alone, in microservices
#   KUBERNETES=1 deploy/scripts/deploy.sh hybrid                  kubectl's present cluster
#
# Secrets of Compose are made once, in deploy/compose/.env, for this user alone; in a cluster they are
# the Secret 'omnify' (docs/guides/deploy.md). OMNIFY_PORT is where the gateway is published.
set -euo pipefail
cd "$(dirname "$0")/../.."
asked=${1:-}
python=${PYTHON:-.venv/bin/python}
compose=${COMPOSE:-$(docker compose version > /dev/null 2>&1 && echo docker compose || echo docker-compose)}
layouts=$(cd deploy/topologies && ls ./*.toml | sed 's|./||; s|.toml||' | tr '\n' ' ')
services=$("$python" -c 'import apps; print(*apps.SERVICES)')

one_of() { local word; for word in $2; do [ "$1" = "$word" ] && return 0; done; return 1; }

if one_of "$asked" "$layouts"; then layout=$asked only=""
elif one_of "$asked" "$services"; then layout=microservices only=$asked
else
  echo "usage: $0 LAYOUT|SERVICE; layouts: ${layouts% }; services: $services" >&2
  exit 2
fi

"$python" manage.py topology render "deploy/topologies/$layout.toml" --check

if [ -n "${KUBERNETES:-}" ]; then
  # A job cannot be changed: the one of the last version goes first.
  kubectl --namespace omnify delete job omnify-migrate --ignore-not-found
  kubectl apply -k "deploy/kubernetes/overlays/$layout"
  kubectl --namespace omnify wait --for=condition=complete job/omnify-migrate --timeout=900s
  for name in $(kubectl --namespace omnify get deployments -o name); do
    kubectl --namespace omnify rollout status "$name" --timeout=600s
  done
  exit
fi

env_file=deploy/compose/.env
if [ ! -e "$env_file" ]; then
  (umask 077 && "$python" - > "$env_file" <<'PYTHON'
import base64, secrets
print(f"SECRET_KEY={secrets.token_urlsafe(48)}")
print(f"OMNIFY_RPC_SECRETS={secrets.token_urlsafe(32)}")
print(f"OMNIFY_ENCRYPTION_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}")
print(f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}")
PYTHON
  )
  echo "made $env_file: keep it, the database cannot be read without it"
fi

files=(-f "deploy/compose/docker-compose.$layout.yml")
override=deploy/compose/docker-compose.$layout.override.yml
if [ -e "$override" ]; then files+=(-f "$override"); fi
run() { $compose --env-file "$env_file" --project-name "omnify" "${files[@]}" "$@"; }

wait_until_ready() {
  local _
  for _ in $(seq 120); do
    if run exec -T "$1" python deploy/docker/healthcheck.py; then return; fi
    sleep 1
  done > /dev/null 2>&1
  echo "'$1' does not become ready; what was not replaced yet goes on as it was" >&2
  exit 1
}

if [ -n "$only" ]; then
  # One after the other, each once the one before is ready; the gateway asks the others meanwhile, and
  # learns the new address.
  for name in $(run config --services | grep -E "^$only(-worker)?(-[0-9]+)?$"); do
    run up -d --no-deps --force-recreate "$name"
    case $name in *-worker*) continue ;; esac
    wait_until_ready "$name"
    run exec -T gateway nginx -s reload
  done
else
  run up -d --remove-orphans
fi
for _ in $(seq 120); do
  if "$python" deploy/scripts/verify.py --no-journey "http://localhost:${OMNIFY_PORT:-8080}"; then exit 0; fi
  sleep 1
done > "${TMPDIR:-/tmp}/omnify-deploy.log"
cat "${TMPDIR:-/tmp}/omnify-deploy.log" | tail -8 >&2
exit 1
