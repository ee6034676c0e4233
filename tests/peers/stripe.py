"""Stripe over loopback: one account, its charges, their refunds, and what happened lately."""

from __future__ import annotations

import base64
import itertools
from datetime import timedelta

from deploy.sandbox.serving import ConsentPeer, Reply, route

#: How long events are kept.
REMEMBERED = timedelta(days=30)


class StripePeer(ConsentPeer):
    """An account in Berlin that is paid out in euros.

    Attributes:
        charges, refunds: as the vendor shows them, by id, without what has to be asked to expand.
        balances: by id the balance transactions.
        endpoints: by id those that events are pushed to, with their secrets.
        events: the newest last; those older than thirty days before ``now`` are forgotten.
        may_push: whether the key may change endpoints.
        now: the present moment.
    """

    name = "Stripe"
    authorize_path, token_path = "/oauth/v2/authorize", "/v1/oauth/token"

    def __init__(self, now) -> None:
        super().__init__()
        self.now = now
        self.charges, self.refunds, self.balances, self.events = {}, {}, {}, []
        self.endpoints, self.may_push = {}, True
        self._numbers = itertools.count(1)

    def charge(self, at, amount, currency="eur", *, settled=None, captured=True, **more):
        """Charge somebody; ``settled`` is what came into the balance, in euro cents."""
        name = f"ch_{next(self._numbers):06}"
        charge = {
            "id": name,
            "object": "charge",
            "amount": amount,
            "amount_captured": 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": {"email": f"{name}@example.com"},
            "captured": False,
            "created": int(at.timestamp()),
            "currency": currency,
            "customer": None,
            "disputed": False,
            "livemode": True,
            "metadata": {},
            "paid": True,
            "receipt_email": None,
            "status": "succeeded",
            **more,
        }
        self.charges[name] = charge
        self.tell(at, "charge.succeeded", charge)
        if captured and charge["status"] == "succeeded":
            self.capture(name, at, settled)
        return name

    def capture(self, name, at, settled=None):
        """Capture what was authorized."""
        charge = self.charges[name]
        charge["captured"], charge["amount_captured"] = True, charge["amount"]
        charge["balance_transaction"] = self._book(charge, settled, charge["amount"])
        self.tell(at, "charge.captured", charge)

    def refund(self, name, at, amount, *, settled=None, status="succeeded"):
        """Pay something of a charge back."""
        charge = self.charges[name]
        refund = {
            "id": f"re_{next(self._numbers):06}",
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": name,
            "created": int(at.timestamp()),
            "currency": charge["currency"],
            "status": status,
        }
        refund["balance_transaction"] = self._book(charge, settled and -settled, -amount)
        self.refunds[refund["id"]] = refund
        if status == "succeeded":
            charge["amount_refunded"] += amount
        self.tell(at, "refund.created", refund)
        return refund["id"]

    def tell(self, at, kind, thing):
        """Remember that something happened."""
        name = f"evt_{next(self._numbers):06}"
        data = {"object": dict(thing)}
        event = {"id": name, "object": "event", "created": int(at.timestamp()), "type": kind}
        self.events.append({**event, "data": data, "livemode": True, "pending_webhooks": 0})

    def _book(self, charge, settled, amount):
        if settled is None and charge["currency"] != "eur":
            return None
        name = f"txn_{next(self._numbers):06}"
        booked = amount if settled is None else settled
        kind = "charge" if booked > 0 else "refund"
        self.balances[name] = {
            "id": name,
            "object": "balance_transaction",
            "amount": booked,
            "available_on": charge["created"],
            "created": charge["created"],
            "currency": "eur",
            "fee": 30,
            "fee_details": [],
            "net": booked - 30,
            "reporting_category": kind,
            "status": "available",
            "type": kind,
        }
        return name

    @route("POST", token_path)
    def token(self, asked):
        """Give tokens; the secret key is the user, and nothing is said of their ends."""
        user = base64.b64decode(asked.headers.get("authorization", "").removeprefix("Basic "))
        if user.decode() != f"{self.client_secret}:":
            return Reply({"error": "invalid_client"}, 401)
        form = asked.form
        if form.get("grant_type") == "refresh_token":
            good = self.refresh.pop(form.get("refresh_token", ""), False)
        else:
            good = self.codes.pop(form.get("code", ""), None)
        if not good:
            return Reply({"error": "invalid_grant"}, 400)
        tokens = self.give_tokens()
        del tokens["expires_in"]
        return Reply({**tokens, "scope": "stripe_apps", "stripe_user_id": "acct_1"})

    @route("GET", "/oauth/v2/authorize")
    def authorize(self, asked):
        """Let a person consent."""
        return self.consent(asked)

    @route("GET", "/v1/account")
    def account(self, asked):
        """Tell whose key it is."""
        dashboard = {"display_name": "Sample account", "timezone": "Europe/Berlin"}
        return self._guard(asked) or Reply(
            {
                "id": "acct_1",
                "object": "account",
                "default_currency": "eur",
                "settings": {
                    "branding": {},
                    "card_payments": {},
                    "dashboard": dashboard,
                    "payments": {},
                },
            }
        )

    @route("GET", "/v1/charges")
    def list_charges(self, asked):
        """List charges."""
        return self._guard(asked) or self._list(asked, self.charges.values(), self._show)

    @route("GET", r"/v1/charges/(?P<name>\w+)")
    def one_charge(self, asked, name):
        """Give a charge."""
        if refusal := self._guard(asked):
            return refusal
        return Reply(self._show(self.charges[name], _expanded(asked)))

    @route("GET", "/v1/refunds")
    def list_refunds(self, asked):
        """List refunds, of all charges or of one."""
        wanted = asked.query.get("charge")
        found = [each for each in self.refunds.values() if wanted in (None, each["charge"])]
        return self._guard(asked) or self._list(asked, found, self._show_refund)

    @route("GET", "/v1/events")
    def list_events(self, asked):
        """List what happened lately, of some types."""
        types = {value for name, value in asked.query.items() if name.startswith("types[")}
        oldest = (self.now - REMEMBERED).timestamp()
        found = [e for e in self.events if e["type"] in types and e["created"] >= oldest]
        return self._guard(asked) or self._list(asked, found, lambda event, _: event)

    @route("GET", "/v1/webhook_endpoints")
    def list_endpoints(self, asked):
        """List endpoints, without their secrets."""
        rows = [
            {name: value for name, value in each.items() if name != "secret"}
            for each in self.endpoints.values()
        ]
        return self._guard_endpoints(asked) or Reply(_show_list(rows, asked.path))

    @route("POST", "/v1/webhook_endpoints")
    def make_endpoint(self, asked):
        """Make an endpoint, of which the answer alone tells the secret."""
        if refusal := self._guard_endpoints(asked):
            return refusal
        form = asked.form
        events = [text for name, text in form.items() if name.startswith("enabled_events[")]
        if not (events and form.get("url", "").startswith("https://")):
            return Reply({"error": {"message": "Invalid URL: An explicit scheme"}}, 400)
        name = f"we_{next(self._numbers):06}"
        self.endpoints[name] = {
            "id": name,
            "object": "webhook_endpoint",
            "api_version": form.get("api_version"),
            "application": None,
            "created": int(self.now.timestamp()),
            "description": None,
            "enabled_events": events,
            "livemode": True,
            "metadata": {},
            "secret": f"whsec_{name}",
            "status": "enabled",
            "url": form["url"],
        }
        return Reply(self.endpoints[name])

    @route("POST", r"/v1/webhook_endpoints/(?P<name>\w+)")
    def change_endpoint(self, asked, name):
        """Disable an endpoint, or enable it again."""
        if refusal := self._guard_endpoints(asked):
            return refusal
        status = "disabled" if asked.form["disabled"] == "true" else "enabled"
        self.endpoints[name]["status"] = status
        return Reply({**self.endpoints[name], "secret": ""})

    @route("DELETE", r"/v1/webhook_endpoints/(?P<name>\w+)")
    def delete_endpoint(self, asked, name):
        """Delete an endpoint."""
        if refusal := self._guard_endpoints(asked):
            return refusal
        del self.endpoints[name]
        return Reply({"id": name, "object": "webhook_endpoint", "deleted": True})

    def _guard_endpoints(self, asked):
        refused = Reply({"error": {"message": "The key lacks rak_webhook_write."}}, 403)
        return self._guard(asked) or (None if self.may_push else refused)

    def _guard(self, asked):
        if asked.headers.get("stripe-version") != "2026-10-28.endive":
            return Reply({"error": {"message": "which version?"}}, 400)
        return None if self.is_good(asked.token) else Reply({"error": {"message": "no"}}, 401)

    def _list(self, asked, things, show):
        query = asked.query
        since, until = int(query.get("created[gte]", 0)), int(query.get("created[lt]", 2**40))
        found = [each for each in things if since <= each["created"] < until]
        found.sort(key=lambda each: (each["created"], each["id"]), reverse=True)
        if after := query.get("starting_after"):
            at = next(index for index, each in enumerate(found) if each["id"] == after)
            found = found[at + 1 :]
        limit = int(query.get("limit", 10))
        expanded = {name.removeprefix("data.") for name in _expanded(asked)}
        shown = [show(each, expanded) for each in found[:limit]]
        return Reply(_show_list(shown, asked.path, has_more=len(found) > limit))

    def _show(self, charge, expanded):
        own = [each for each in self.refunds.values() if each["charge"] == charge["id"]]
        below = {
            name.removeprefix("refunds.data.")
            for name in expanded
            if name.startswith("refunds.data.")
        }
        newest = [self._show_refund(each, below) for each in reversed(own)]
        refunds = _show_list(
            newest[:10], f"/v1/charges/{charge['id']}/refunds", has_more=len(newest) > 10
        )
        is_refunded = charge["amount_refunded"] >= charge["amount"]
        shown = {**self._open(charge, expanded), "refunded": is_refunded}
        return {**shown, **({"refunds": refunds} if below else {})}

    def _show_refund(self, refund, expanded):
        return self._open(refund, expanded)

    def _open(self, thing, expanded):
        name = thing["balance_transaction"]
        opened = self.balances[name] if name and "balance_transaction" in expanded else name
        return {**thing, "balance_transaction": opened}


def _show_list(rows, path, *, has_more=False):
    return {"object": "list", "data": rows, "has_more": has_more, "url": path}


def _expanded(asked):
    return {value for name, value in asked.query.items() if name.startswith("expand[")}
