"""What is changed of LinkedIn's sample: budgets, and what is paused.

From "Create and Manage Campaigns" and "Create and Manage Creatives" of LinkedIn's documentation.
"""


class Changes:
    """What an account has, and all that was written.

    Attributes:
        campaigns, creatives: by the campaign's id and the creative's name, as LinkedIn tells them.
        writes: what was changed, in order: the id and the new values.
    """

    def __init__(self, account, creatives):
        self.account, self.writes = account, []
        money = {"amount": "80.00", "currencyCode": "EUR"}
        self.campaigns = {
            str(each.campaign): {
                "id": each.campaign,
                "status": each.status,
                "dailyBudget": dict(money),
            }
            for each in creatives
        }
        self.creatives = {
            f"urn:li:sponsoredCreative:{each.id}": {"intendedStatus": "ACTIVE"}
            for each in creatives
        }

    def read_campaigns(self, account, ids):
        """Return the campaigns of some ids, by id."""
        known = self.campaigns if account == self.account else {}
        return {own: known[own] for own in ids if own in known}

    def read_creatives(self, account, urns):
        """Return the creatives of some names."""
        known = self.creatives if account == self.account else {}
        return [{"id": urn, **known[urn]} for urn in urns if urn in known]

    def write(self, account, kind, own, values):
        """Make a change; returns what is wrong with it instead, if anything is."""
        things = {"adCampaigns": self.campaigns, "creatives": self.creatives}[kind]
        if account != self.account or own not in things:
            return "Not found."
        for name, value in values.items():
            if name == "dailyBudget":
                if value["currencyCode"] != things[own][name]["currencyCode"]:
                    return "The currency is not the account's."
            elif name not in things[own] or value not in ("ACTIVE", "PAUSED", "ARCHIVED"):
                return "Invalid value."
        self.writes.append((own, values))
        things[own].update(values)
        return ""
