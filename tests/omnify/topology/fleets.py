"""Fleets of fake slices behind a real gateway: ordering them about, and asking who answers."""

import itertools
import json

import msgspec
import requests

from omnify.services.registry import manifests
from omnify.topology.changes import move_service
from omnify.topology.moving import Rearrangement
from tests.journeys.fleets import free_ports

PATH = "/api/integrations/connections"
ALL = ",".join(manifests())
REST = ",".join(name for name in manifests() if name != "integrations")


def move_out(topology, service="integrations", to="integrations"):
    """A service on its own, on a port that no other test's fleet has."""
    moved = move_service(topology, service, to)
    [port] = free_ports(1)
    own = msgspec.structs.replace(moved.slices[to], port=port)
    return msgspec.structs.replace(moved, slices=moved.slices | {to: own})


def rearrange(fleet, after, said=None, **options):
    change = Rearrangement(
        fleet, after, say=([] if said is None else said).append, **{"watch_seconds": 0.5, **options}
    )
    change.plan()
    change.run()


def who_answers(fleet, path=PATH):
    answer = requests.get(fleet.gateway.url + path, timeout=10)
    return answer.status_code, ",".join(answer.json()["services"])


def addresses_of(fleet):
    """Where the slices find each other."""
    return set(itertools.chain(*json.loads(fleet._folder.addresses.read_text()).values()))


def urls_of(fleet):
    return {target.url for target in fleet.targets()}
