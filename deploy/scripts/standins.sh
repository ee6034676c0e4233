#!/usr/bin/env bash
# Make stand-ins for the base images from Debian's packages, on machines that reach a Debian mirror but
# no image registry. In this engine they carry the tags of the official images, but hold Debian's
# Python, PostgreSQL and nginx.
#
#   deploy/scripts/standins.sh WORK_DIRECTORY PYTHON_TAG POSTGRES_TAG NGINX_TAG
set -euo pipefail
work=$1 python_tag=$2 postgres_tag=$3 nginx_tag=$4
docker=${DOCKER:-docker}
root=$work/root
mkdir -p "$work"

if [ ! -e "$root/.done" ]; then
  rm -rf "$root"
  debootstrap --variant=minbase \
    --include=python3,python3-pip,python3-venv,ca-certificates,libpq5 \
    bookworm "$root" > "$work/debootstrap.log" 2>&1
  for name in python python3; do ln -sf /usr/bin/python3 "$root/usr/local/bin/$name"; done
  ln -sf /usr/bin/pip3 "$root/usr/local/bin/pip"
  rm -f "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
  # A proxy of this machine may have a certificate of its own.
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc "$root"/usr/share/man
  touch "$root/.done"
fi
tar -C "$root" -c . | "$docker" import --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
  --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
  --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
  - "$python_tag" > /dev/null

mkdir -p "$work/postgres" "$work/nginx"
cat > "$work/postgres/start" <<'START'
#!/bin/sh
# The part of the official image's entry point that the Compose files need.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data/main
if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data" && chown -R postgres "$data"
  echo "$POSTGRES_PASSWORD" > /tmp/password && chown postgres /tmp/password
  su postgres -s /bin/sh -c "$bin/initdb -D $data -U $POSTGRES_USER -A scram-sha-256 --pwfile /tmp/password -E UTF8 --locale C.UTF-8"
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
  su postgres -s /bin/sh -c "$bin/pg_ctl -D $data -w -o '-k /tmp -c listen_addresses=' start"
  PGPASSWORD=$POSTGRES_PASSWORD su postgres -s /bin/sh -c "psql -h /tmp -U $POSTGRES_USER postgres -c 'CREATE DATABASE $POSTGRES_DB'"
  su postgres -s /bin/sh -c "$bin/pg_ctl -D $data -w stop"
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$bin/postgres" -D "$data" -k /tmp -c listen_addresses='*'
START
cat > "$work/postgres/Dockerfile" <<FILE
FROM $python_tag
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
  --no-install-recommends postgresql util-linux > /dev/null && rm -rf /var/lib/apt/lists/*
COPY --chmod=755 start /usr/local/bin/start
CMD ["start"]
FILE
cat > "$work/nginx/Dockerfile" <<FILE
FROM $python_tag
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
  --no-install-recommends nginx-light > /dev/null && rm -rf /var/lib/apt/lists/*
FILE
DOCKER_BUILDKIT=1 "$docker" build --quiet --network host --tag "$postgres_tag" "$work/postgres"
DOCKER_BUILDKIT=1 "$docker" build --quiet --network host --tag "$nginx_tag" "$work/nginx"
