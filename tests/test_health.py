"""The probes that load balancers and people ask."""


def test_live_answers_without_a_database(client):
    assert client.get("/health/live").json() == {"status": "ok"}
