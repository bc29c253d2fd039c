"""What people are shown of a replication configuration."""

from ecr_model.replication import Destination, ReplicationConfiguration, ReplicationRule
from ecr_model.replication_graph import render_mermaid, render_table

ACCOUNT, OTHER = "210987654321", "123456789012"
SOURCE = Destination("eu-central-1", ACCOUNT)
DUBLIN, OHIO, FRANKFURT = (
    Destination("eu-west-1", ACCOUNT),
    Destination("us-east-2", OTHER),
    Destination("eu-central-1", OTHER),
)
CONFIGURATION = ReplicationConfiguration(
    (
        ReplicationRule((OHIO, DUBLIN), ("payments/", "store__front")),
        ReplicationRule((FRANKFURT,), is_deleting=True),
    )
)


def test_shows_a_table_of_every_prefix_and_destination():
    assert render_table(CONFIGURATION, SOURCE).splitlines() == [
        "| repositories beginning with | from                         | to                           | deletions     |",
        "| --------------------------- | ---------------------------- | ---------------------------- | ------------- |",
        "| every repository            | 210987654321 in eu-central-1 | 123456789012 in eu-central-1 | follow        |",
        "| `payments/`                 | 210987654321 in eu-central-1 | 210987654321 in eu-west-1    | do not follow |",
        "| `store__front`              | 210987654321 in eu-central-1 | 210987654321 in eu-west-1    | do not follow |",
        "| `payments/`                 | 210987654321 in eu-central-1 | 123456789012 in us-east-2    | do not follow |",
        "| `store__front`              | 210987654321 in eu-central-1 | 123456789012 in us-east-2    | do not follow |",
    ]


def test_draws_one_node_for_each_registry_and_one_edge_for_each_destination():
    assert render_mermaid(CONFIGURATION, SOURCE).splitlines() == [
        "flowchart LR",
        '    subgraph a123456789012["account 123456789012"]',
        '        r123456789012_eu_central_1["eu-central-1"]',
        '        r123456789012_us_east_2["us-east-2"]',
        "    end",
        '    subgraph a210987654321["account 210987654321"]',
        '        r210987654321_eu_central_1["eu-central-1"]',
        '        r210987654321_eu_west_1["eu-west-1"]',
        "    end",
        '    r210987654321_eu_central_1 -->|"every repository<br/>and deletions"| r123456789012_eu_central_1',
        '    r210987654321_eu_central_1 -->|"payments/<br/>store__front"| r210987654321_eu_west_1',
        '    r210987654321_eu_central_1 -->|"payments/<br/>store__front"| r123456789012_us_east_2',
    ]


def test_shows_the_source_alone_when_nothing_is_copied():
    assert render_table(ReplicationConfiguration(), SOURCE).splitlines() == [
        "| repositories beginning with | from | to | deletions |",
        "| --------------------------- | ---- | -- | --------- |",
    ]
    assert render_mermaid(ReplicationConfiguration(), SOURCE).splitlines() == [
        "flowchart LR",
        '    subgraph a210987654321["account 210987654321"]',
        '        r210987654321_eu_central_1["eu-central-1"]',
        "    end",
    ]
