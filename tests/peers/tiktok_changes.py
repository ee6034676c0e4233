"""What is changed of TikTok's sample: budgets, and what is paused.

From "Update a campaign", "Update the budgets of ad groups" and "Update the status of" each kind.
"""

STATUSES = ("ENABLE", "DISABLE", "DELETE")


class Changes:
    """What an advertiser has, and all that was written.

    Attributes:
        things: by kind and id, as TikTok tells of them; each campaign has one ad group, whose id
            is the campaign's with a 9 behind, and which holds the budget.
        writes: what was changed, in order: the path's part and the body.
    """

    def __init__(self, advertiser, ads):
        self.advertiser, self.writes, self.things = advertiser, [], {}
        for ad in ads:
            common = {"campaign_id": ad.campaign, "operation_status": "ENABLE"}
            none = {"budget": 0, "budget_mode": "BUDGET_MODE_INFINITE"}
            daily = {"budget": 80.0, "budget_mode": "BUDGET_MODE_DAY"}
            smart = {"is_smart_performance_campaign": False, "campaign_automation_type": "MANUAL"}
            self.things["campaign", ad.campaign] = {**common, **none, **smart}
            group = f"{ad.campaign}9"
            self.things["adgroup", group] = {**common, **daily, "adgroup_id": group}
            self.things["ad", ad.id] = {**common, "ad_id": ad.id}

    def read(self, advertiser, kind, ids):
        """Return the things of some ids."""
        known = [self.things[kind, own] for own in ids if (kind, own) in self.things]
        rows = known if advertiser == self.advertiser else []
        return {"list": rows, "page_info": {"page": 1, "total_page": 1, "total_number": len(rows)}}

    def write(self, kind, what, body):
        """Make a change; returns what is wrong with it instead, if anything is."""
        if body["advertiser_id"] != self.advertiser:
            return "No permission."
        changed = self._read_changes(kind, what, body)
        for own, values in changed.items():
            thing = self.things.get((kind, own))
            if thing is None or values.get("operation_status", "ENABLE") not in STATUSES:
                return "Invalid parameter."
            if "budget" in values and thing["budget_mode"] == "BUDGET_MODE_INFINITE":
                return "Budget cannot be set in this mode."
        self.writes.append((f"{kind}/{what}update/", body))
        for own, values in changed.items():
            self.things[kind, own].update(values)
        return ""

    @staticmethod
    def _read_changes(kind, what, body):
        if what == "status/":
            status = {"operation_status": body["operation_status"]}
            return dict.fromkeys(body[f"{kind}_ids"], status)
        if (kind, what) == ("adgroup", "budget/"):
            return {each["adgroup_id"]: {"budget": each["budget"]} for each in body["budget"]}
        return {body[f"{kind}_id"]: {"budget": body["budget"]}}
