"""Render the gateway: nginx, which flag files tell per request where to ask for a service.

A flag ``<service>`` says that requests of the service do not go where the topology put it; a
second flag ``<service>.<group>`` says where they go. Usually nginx only looks for the first one.
Creating and removing files switches a service between two requests; a reload would close idle
connections that clients are about to use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from omnify.topology.rendering.endings import ENDING, ending_maps
from omnify.topology.rendering.locations import LARGEST_BODY, UPLOAD, server_lines

#: How often one request is tried again when no server executed it.
_ROUNDS = 6


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """What nginx has to know.

    Attributes:
        header: lines of comment at the top.
        groups: name of a group of instances to their addresses, as host:port.
        owners: service to the group that its requests go to.
        listen: the address and port of the gateway itself.
        flags: the directory of the flag files.
        folder: where nginx keeps its pid and what it buffers.
        bodies: where it keeps bodies until they are complete, if that is another folder.
        access_log: file that a line per request goes to, as JSON.
        trusts_forwarded: a proxy in front tells the client's address and the scheme.
        extra: files with further directives, kept by hand.
        user: the user of nginx's workers when root starts it, who has to see the flags.
    """

    header: str
    groups: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]
    listen: str
    flags: str
    folder: str
    access_log: str
    trusts_forwarded: bool = False
    bodies: str = ""
    extra: str = ""
    user: str = ""


def flag_names(service: str, group: str) -> tuple[str, str]:
    """Return the two flags that send a service to a group, in the order of their creation."""
    return f"{service}.{group}", service


def nginx_configuration(gateway: Gateway) -> str:
    """Return the whole configuration file."""
    lines = [
        *_process(gateway),
        "http {",
        *_indented(_logging(gateway)),
        *_indented(_buffers(gateway)),
        *_indented(_maps(gateway)),
        *_indented(_upstreams(gateway)),
        "    server {",
        *_indented(_own_lines(gateway), 2),
        *_indented(server_lines(gateway.groups, flags=gateway.flags), 2),
        "    }",
        "}",
    ]
    return gateway.header + "\n".join(line.rstrip() for line in lines) + "\n"


def _indented(lines: Iterator[str], levels: int = 1) -> Iterator[str]:
    return ("    " * levels + line for line in lines)


def _process(gateway: Gateway) -> Iterator[str]:
    if gateway.user:
        yield f"user {gateway.user};"
    yield "worker_processes auto;"
    yield f"pid {gateway.folder}/nginx.pid;"
    yield "error_log stderr error;"
    yield "events { worker_connections 4096; }"


def _logging(gateway: Gateway) -> Iterator[str]:
    fields = {
        "at": "$msec",
        "method": "$request_method",
        "path": "$uri",
        "service": "$service",
        "status": "$status",
        "seconds": "$request_time",
        "asked": "$upstream_addr",
        "answers": "$upstream_status",
        "request_id": "$omnify_request_id",
    }
    yield "log_format requests escape=json '{'"
    yield "    " + "\n        ".join(
        f"""'"{name}": "{value}"{"," if name != "request_id" else ""}'"""
        for name, value in fields.items()
    )
    yield "    '}';"
    yield f"access_log {gateway.access_log} requests;"
    yield "server_tokens off;"


def _buffers(gateway: Gateway) -> Iterator[str]:
    yield f"client_body_temp_path {gateway.bodies or gateway.folder}/client_body;"
    for kind in ("proxy", "fastcgi", "uwsgi", "scgi"):
        yield f"{kind}_temp_path {gateway.folder}/{kind};"
    yield f"client_max_body_size {LARGEST_BODY};"
    yield "default_type application/octet-stream;"
    yield "keepalive_timeout 75s;"
    # Slow clients are disconnected: a connection costs memory. Slices get requests whole and are
    # not kept waiting for a reader, since nginx buffers both ways.
    yield "client_header_timeout 15s;"
    yield "client_body_timeout 30s;"
    yield "send_timeout 30s;"


def _maps(gateway: Gateway) -> Iterator[str]:
    yield "map $http_x_request_id $omnify_request_id {"
    yield "    default $request_id;"
    yield '    "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;'
    yield "}"
    if gateway.trusts_forwarded:
        yield "map $http_x_forwarded_proto $omnify_scheme { default http; https https; }"
        # The client is appended: slices read from the end, past the proxies that they trust.
        yield "map $remote_addr $omnify_client { default $proxy_add_x_forwarded_for; }"
    else:
        yield "map $scheme $omnify_scheme { default $scheme; }"
        # What the client sent is replaced.
        yield "map $remote_addr $omnify_client { default $remote_addr; }"
    yield "# Reads, and writes whose answer is kept under a key, may be asked twice. Without"
    yield "# credentials a key is ignored."
    yield 'map $http_authorization $has_credentials { "" 0; default 1; }'
    yield 'map "$request_method|$has_credentials|$http_idempotency_key" $repeatable {'
    yield "    default 0;"
    yield "    ~^(GET|HEAD|OPTIONS)\\| 1;"
    yield "    ~^[A-Z]+\\|1\\|. 1;"
    yield "}"
    yield "map $repeatable $way { 0 @once; 1 @again; }"
    yield f"map $repeatable $upload_way {{ 0 @{UPLOAD}once; 1 @{UPLOAD}again; }}"
    yield 'map $content_length $sent { "" "too many"; default $content_length; }'
    yield from ending_maps()
    yield from _outcomes()
    services = tuple(gateway.owners)
    yield "# Whose server says how it is: /health?service=<name>."
    yield "map $arg_service $healthy {"
    yield f"    default {services[0]};"
    yield from (f"    {service} {service};" for service in services)
    yield "}"
    yield "map $service $owner {"
    for service, group in gateway.owners.items():
        yield f"    {service} {group};"
    yield "}"


def _outcomes() -> Iterator[str]:
    yield "# What follows when an attempt failed. It was executed, perhaps, if bytes were sent and"
    yield "# no answer came; an answer of 502 always means: not executed. Rounds are counted."
    yield 'map "$upstream_addr|$upstream_header_time|$upstream_bytes_sent" $after_once {'
    yield "    volatile;"
    yield f'    "~-\\|(.*[ ,:])?[1-9][0-9]*$" @unknown{ENDING};'
    yield f'    "~^([^|]* : ){{{_ROUNDS}}}" @unavailable{ENDING};'
    yield "    default @once;"
    yield "}"
    yield "map $upstream_addr $after_again {"
    yield "    volatile;"
    yield f'    "~( : .*){{{_ROUNDS}}}" @unavailable{ENDING};'
    yield "    default @again;"
    yield "}"
    yield "# The same where time ran out: what was sent is not repeated, it may still be at work."
    yield "# A slice's own 504 says as much of a call that it made."
    yield "map $upstream_header_time $late_once {"
    yield "    volatile;"
    yield f'    "~[0-9]$" @late{ENDING};'
    yield "    default $after_once;"
    yield "}"
    yield 'map "$request_method|$upstream_header_time|$upstream_bytes_sent" $late_again {'
    yield "    volatile;"
    yield f'    "~[0-9]\\|[^|]*$" @late{ENDING};'
    yield '    "~[| ]0$" $after_again;'
    yield f'    "~^(GET|HEAD|OPTIONS)\\|" @late{ENDING};'
    yield f"    default @unknown{ENDING};"
    yield "}"


def _upstreams(gateway: Gateway) -> Iterator[str]:
    for name, servers in gateway.groups.items():
        # The second group is asked in later rounds: it excludes no server.
        for suffix, options in (("", "max_fails=1 fail_timeout=1s"), ("-all", "max_fails=0")):
            yield f"upstream {name}{suffix} {{"
            yield from (f"    server {server} {options};" for server in servers)
            # Shorter than gunicorn keeps them.
            yield "    keepalive 32;"
            yield "    keepalive_timeout 60s;"
            yield "}"


def _own_lines(gateway: Gateway) -> Iterator[str]:
    yield f"listen {gateway.listen};"
    yield "server_name _;"
    if gateway.extra:
        yield f"include {gateway.extra};"
