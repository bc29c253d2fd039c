from __future__ import annotations

from sandbox.provider.table.logs import LOG_GROUP


def test_a_group_without_retention_keeps_everything_again(make):
    group = make(LOG_GROUP, name="/shop", retentionInDays=30)
    group.update({"name": "/shop"})

    assert LOG_GROUP.read(group.aws, "/shop")["retentionInDays"] == 0
    assert group.changes_after_refresh() == []


def test_a_group_has_no_tags_of_one_that_is_gone(make):
    group = make(LOG_GROUP, name="/again", tags={"team": "payments"}, tagsAll={"team": "payments"})
    LOG_GROUP.delete(group.aws, group.id, group.state)

    LOG_GROUP.create(group.aws, {"name": "/again"})

    assert LOG_GROUP.read(group.aws, "/again")["tagsAll"] == {}


def test_a_group_is_not_one_whose_name_begins_like_it(make):
    group = make(LOG_GROUP, name="/shop/api")

    assert LOG_GROUP.read(group.aws, "/shop/ap") is None
