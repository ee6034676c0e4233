from pathlib import Path
DATA = Path(__file__).resolve().parents[2] / "data"
def test_main(registered):
    with open(DATA/"robyn_weekly_marketing.csv","rb") as f:
        r = registered.post("/api/integrations/csv/import", {"file": f, "mapping": (DATA/"robyn_mapping.json").read_text()})
    print(r.json()); assert r.status_code == 201
    with open(DATA/"robyn_weekly_marketing.csv","rb") as f:
        r = registered.post("/api/integrations/csv/import", {"file": f, "mapping": (DATA/"robyn_mapping.json").read_text()})
    print(r.status_code, r.json())
    r = registered.get("/api/analytics/dashboard/stats?from=2015-11-23&to=2019-11-11")
    b=r.json(); b["series"]=b.get("series",[])[:2]; print(b)
    r = registered.post("/api/analytics/query", {"measures":["spend","revenue","cpc"],"dimensions":["channel"],"from":"2015-11-23","to":"2019-11-11"}, format="json")
    print(r.json())
    r = registered.get("/api/analytics/dashboard/stats?from=2015-11-23&to=2014-11-11"); print(r.json())
    print(registered.get("/api/auth/me").json())
