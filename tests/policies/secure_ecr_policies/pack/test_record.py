from datetime import UTC, date, datetime

from secure_ecr_policies.pack.exemptions import Exemption
from secure_ecr_policies.pack.record import Record, Use, today
from secure_ecr_policies.pack.resource import REPOSITORY, Resource

EXEMPTION = Exemption("a-control", "x", "team", "it is old", "T-1", date(2027, 1, 31))


def resource(name):
    return Resource(REPOSITORY, f"urn:{name}", name, {})


def test_an_exemption_that_two_blocks_repeat_is_one():
    record = Record([])
    record.declare([{"control": "a", "resource": "x"}, {"control": "b", "resource": "x"}])
    record.declare([{"resource": "x", "control": "a"}])

    assert record.declared == ({"control": "a", "resource": "x"}, {"control": "b", "resource": "x"})


def test_uses_are_in_the_order_of_their_resources_and_the_last_word_counts():
    record = Record([])
    first = Use(EXEMPTION, resource("b"), ("wrong",), is_needed=True)
    record.note_use(first)
    record.note_use(Use(EXEMPTION, resource("a"), ("wrong",), is_needed=True))
    record.note_use(Use(EXEMPTION, resource("a"), (), is_needed=False))

    assert record.uses == (Use(EXEMPTION, resource("a"), (), is_needed=False), first)


def test_remembers_which_controls_had_something_to_judge():
    record = Record(["a", "b"])
    record.note_judged("a")

    assert (record.has_judged("a"), record.has_judged("b")) == (True, False)


def test_the_day_is_the_same_on_every_machine():
    before = datetime.now(UTC).date()

    assert before <= today() <= datetime.now(UTC).date()
