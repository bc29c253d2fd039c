from secure_ecr_policies.pack.resource import REPOSITORY, STACK

CONTROL = "ecr-repository-tag-immutability"
EXEMPTION = {
    "control": CONTROL,
    "resource": "legacy",
    "owner": "payments",
    "reason": "the old pipeline moves tags",
    "ticket": "PAY-7",
    "expires": "2027-01-31",
}


def test_lists_what_an_exemption_silences_once_and_nothing_else(pack, declared, said):
    """The finding itself is gone; the same control still fails for every other resource."""
    judged = pack({CONTROL: {"exemptions": [EXEMPTION]}, "exemption-listed": {"enforcementLevel": "advisory"}})
    legacy, other = declared(REPOSITORY, name="legacy"), declared(REPOSITORY, name="other")
    mutable = "imageTagMutability: must be 'IMMUTABLE', got nothing, which means 'MUTABLE'"

    assert judged.analyze(legacy) == ([], set())
    assert judged.analyze(legacy) == ([], set())
    assert judged.analyze(other) == ([said(CONTROL, "mandatory", mutable, other.urn)], set())
    assert judged.analyze_stack([declared(STACK), legacy, other]) == (
        [
            said(
                "exemption-listed",
                "advisory",
                f"{CONTROL}: {mutable}; exempt (payments, PAY-7, until 2027-01-31: the old pipeline moves tags)",
                legacy.urn,
            )
        ],
        set(),
    )


def test_has_nothing_to_list_when_nothing_is_exempt(pack, declared):
    assert pack({"exemption-listed": {}}).analyze_stack([declared(STACK)]) == ([], set())
