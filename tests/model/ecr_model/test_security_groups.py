"""What traffic the inbound rules of security groups are about."""

import pytest
from ecr_model.security_groups import Traffic


@pytest.mark.parametrize(
    ("traffic", "expected"),
    [
        pytest.param(("tcp", 443, 443), (True, True, "tcp 443"), id="https"),
        pytest.param(("TCP", "443", "443"), (True, True, "tcp 443"), id="texts"),
        pytest.param(("6", 443, 443), (True, True, "6 443"), id="number-of-the-protocol"),
        pytest.param(("tcp", 0, 65535), (False, True, "tcp 0 to 65535"), id="every-port"),
        pytest.param(("tcp", 443, 8443), (False, True, "tcp 443 to 8443"), id="more-ports"),
        pytest.param(("tcp", 22, 80), (False, False, "tcp 22 to 80"), id="other-ports"),
        pytest.param(("tcp", 444, 8443), (False, False, "tcp 444 to 8443"), id="ports-above"),
        pytest.param(("udp", 443, 443), (False, False, "udp 443"), id="another-protocol"),
        pytest.param(("-1", 0, 0), (False, True, "every protocol"), id="every-protocol"),
        pytest.param((-1, None, None), (False, True, "every protocol"), id="every-protocol-by-number"),
        pytest.param(("all", None, None), (False, True, "every protocol"), id="every-protocol-by-name"),
        pytest.param(("tcp", None, 443), (False, False, "tcp None to 443"), id="without-a-port"),
        pytest.param(("tcp", 443, "https"), (False, False, "tcp 443 to https"), id="name-for-a-port"),
        pytest.param((None, True, []), (False, False, "none True to []"), id="malformed"),
        pytest.param(("x" * 100, 1, 1), (False, False, "x" * 80), id="long"),
    ],
)
def test_knows_https_from_other_traffic(traffic, expected):
    found = Traffic(*traffic)

    assert (found.is_https, found.includes_https, str(found)) == expected
