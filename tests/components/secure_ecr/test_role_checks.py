"""What is wrong with the arguments of a role; the tests of the roles show the rest of it on real arguments."""

from secure_ecr.role_checks import check_length


def test_a_role_takes_a_policy_of_the_longest_text_and_no_longer():
    assert list(check_length("x" * 10_240, "push")) == []
    assert [str(finding) for finding in check_length("x" * 10_241, "push")] == [
        "push: must make a policy of at most 10,240 characters, got 10,241 characters; split it into several roles"
    ]
