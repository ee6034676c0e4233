"""How many calls of other services a request may cause, by route; a route not named may cause none.

Counted in all depths. The number may not grow with the data: an accidental loop over rows that
asks another service for each is seen here.
"""

#: Route, without query and with ``*`` for an id, to the most calls.
CALLS = {
    "POST /api/integrations/csv/import": 1,
    "GET /api/analytics/dashboard/stats": 3,
    "POST /api/analytics/query": 2,
    "GET /api/analytics/views/*/data": 2,
    "GET /api/predictive/forecast": 4,
    "POST /api/predictive/forecast": 4,
    "POST /api/agentkit/agents/*/execute": 13,
    # Whether a grant gives what the role does not.
    "PATCH /api/agentkit/agents/*": 1,
    "POST /api/onboarding/steps/platform_connection/complete": 1,
    "POST /api/onboarding/steps/success_demo/complete": 4,
    "call analytics.query": 2,
    "call analytics.daily_series": 3,
    "call ml.forecast": 4,
}
