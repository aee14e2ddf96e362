"""Code of which something was said, with the words of a wish that differ from that."""

from __future__ import annotations

import pytest

from lsp_server.features.analogy import by_analogy


@pytest.mark.parametrize(
    ("code", "said", "wish", "expected"),
    [
        ('"ipv4" { type = "A" }', "Add an IPv4 record", "Add an IPv6 record", '"ipv6" { type = "A" }'),
        ("length = 20", "password of 20 characters", "a password of 32 characters", "length = 32"),
        ("name = old-state", "the bucket old-state", "the bucket acme-prod", "name = acme-prod"),
        (
            "TeamOrder team_order TEAM_ORDER",
            "order of teams",
            "order of users",
            "UsersOrder users_order USERS_ORDER",
        ),
        (
            "clickhouse_identity",
            "Identity for ClickHouse",
            "Identity for Airflow Workers",
            "airflow_workers_identity",
        ),
        (
            "ClickHouseIdentity",
            "Identity for ClickHouse",
            "Identity for airflow workers",
            "AirflowWorkersIdentity",
        ),
        ("team = 1", "order of teams", "order of teams, the newest first", "team = 1"),
        ("team = 1", "", "order of users", "team = 1"),
        ("", "order of teams", "order of users", ""),
    ],
)
def test_words_that_differ_are_put_for_each_other(code: str, said: str, wish: str, expected: str) -> None:
    assert by_analogy(code, said, wish) == expected
