#!/usr/bin/env bash
# Deploy a layout from its rendered files, or replace the slice of one service by the present image.
#
#   deploy/scripts/deploy.sh monolith|microservices|hybrid        Compose, on this machine
#   deploy/scripts/deploy.sh SERVICE                              its slice alone, in the running layout
#   KUBERNETES=1 deploy/scripts/deploy.sh hybrid                  kubectl's current cluster
#
# Secrets of Compose are made once, in deploy/compose/.env, readable by this user alone; in a cluster
# they are the Secret 'omnify' (docs/guides/deploy.md). OMNIFY_PORT is the gateway's published port.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:-}
python=${PYTHON:-.venv/bin/python}
layouts=$(cd deploy/topologies && ls ./*.toml | sed 's|./||; s|.toml||' | tr '\n' ' ')
services=$("$python" -c 'import apps; print(*apps.SERVICES)')

one_of() { local word; for word in $2; do [ "$1" = "$word" ] && return 0; done; return 1; }
stop() { echo "$1" >&2; exit "${2:-1}"; }

if one_of "$target" "$layouts"; then layout=$target only=""
elif one_of "$target" "$services"; then layout="" only=$target
else
  stop "usage: $0 LAYOUT|SERVICE; layouts: ${layouts% }; services: $services" 2
fi

if [ -z "${KUBERNETES:-}" ]; then
  compose=${COMPOSE:-$(docker compose version > /dev/null 2>&1 && echo docker compose || echo docker-compose)}
  # A label of ours: Compose's own label names files, differently in each version.
  running=$(docker ps --filter label=com.docker.compose.project=omnify --filter label=omnify.layout \
    --format '{{.Label "omnify.layout"}}')
  layout=${layout:-$running}
  if [ -z "$layout" ]; then stop "no running layout has '$only': deploy one of ${layouts% } first"; fi
elif [ -n "$only" ]; then
  stop "in a cluster deploy the whole layout: pods of slices that did not change stay" 2
fi
"$python" manage.py topology render "deploy/topologies/$layout.toml" --check

in_cluster() {
  local all missing state="" wanted name fleet="app.kubernetes.io/component in (web, worker)"
  all=$(kubectl kustomize "deploy/kubernetes/overlays/$layout")
  kube() { kubectl --namespace omnify "$@"; }
  apply() { kubectl apply --filename - "$@" <<< "$all"; }

  missing=$("$python" - "$(kube get secret omnify --output 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}')" \
    3<<< "$all" <<'PYTHON'
import os, sys, yaml
def required(value):
    if isinstance(value, dict):
        reference = value.get("secretKeyRef", {})
        if reference.get("name") == "omnify" and not reference.get("optional"):
            yield reference["key"]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from required(part)
with os.fdopen(3) as manifests:
    wanted = {key for document in yaml.safe_load_all(manifests) for key in required(document)}
print(*sorted(wanted - {*sys.argv[1].split()}))
PYTHON
  )
  if [ -n "$missing" ]; then stop "the Secret 'omnify' lacks $missing: no pod would start, so nothing was changed"; fi

  # First everything but the slices: settings, policies and the migration. A job cannot be changed, so
  # that of the last version is deleted.
  kube delete job omnify-migrate --ignore-not-found
  apply --selector 'app.kubernetes.io/component notin (web, worker, gateway)'
  # It ends after 15 minutes at most.
  until [[ $state = *Complete* ]]; do
    if [[ $state = *Failed* ]]; then
      kube get pods --selector app.kubernetes.io/component=migration >&2
      kube logs --selector app.kubernetes.io/component=migration --tail=30 >&2 || true
      stop "the migration failed: the running slices are unchanged"
    fi
    sleep 2
    state=$(kube get job omnify-migrate --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
  done
  apply --selector 'app.kubernetes.io/component in (web, worker, gateway)'
  wanted=$(apply --dry-run=client --output name | grep '^deployment')
  for name in $wanted; do
    kube rollout status "$name" --timeout=600s
  done
  # Slices of another layout get no requests any more.
  for name in $(kube get deployments --selector "$fleet, app.kubernetes.io/part-of=omnify" --output name); do
    if one_of "$name" "$wanted"; then continue; fi
    name=${name#*/}
    kube delete --ignore-not-found "deployment/$name" "service/$name" "horizontalpodautoscaler/$name" \
      "poddisruptionbudget/$name" "networkpolicy/omnify-$name"
  done
}

if [ -n "${KUBERNETES:-}" ]; then
  in_cluster
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

# Its files and the addresses of servers may have changed since it started.
reload_gateway() {
  local file="/etc/nginx/omnify/nginx.$layout.conf"
  run exec -T gateway nginx -t -q -c "$file" || stop "the gateway keeps its former configuration"
  run exec -T gateway nginx -s reload -c "$file"
}

wait_until_ready() {
  local _
  for _ in $(seq 120); do
    if run exec -T "$1" python deploy/docker/healthcheck.py; then return; fi
    sleep 1
  done > /dev/null 2>&1
  stop "'$1' does not become ready; the containers after it are unchanged"
}

if [ -n "$only" ]; then
  slice=$("$python" - "deploy/topologies/$layout.toml" "$only" <<'PYTHON'
import pathlib, sys, tomllib
slices = tomllib.loads(pathlib.Path(sys.argv[1]).read_text())["slices"]
print(next(name for name, part in slices.items() if sys.argv[2] in part["services"]))
PYTHON
  )
  echo "in the running layout $layout '$only' is part of slice '$slice'"
  run run --rm -T migrate
  # One after the other, when the one before is ready; the gateway asks the others meanwhile, and then
  # reads the new address.
  for name in $(run config --services | grep -E "^$slice(-worker)?(-[0-9]+)?$"); do
    run up -d --no-deps --force-recreate "$name"
    case $name in *-worker*) continue ;; esac
    wait_until_ready "$name"
    reload_gateway
  done
else
  # What the layout no longer has goes last, when it gets no requests.
  run up -d
  reload_gateway
  run up -d --no-deps --remove-orphans gateway
fi
# Variables, deploy/compose/.env or an override decide where it is published.
address=$(run port gateway 8080)
address=${address/#0.0.0.0:/localhost:}
address=${address/#'[::]:'/localhost:}
for _ in $(seq 120); do
  if said=$("$python" deploy/scripts/verify.py --no-journey "http://$address"); then
    echo "$said"
    exit
  fi
  sleep 1
done
stop "http://$address has problems: $said"
