from __future__ import annotations

import pytest

from sandbox.provider.errors import ProviderError
from sandbox.provider.table.ecrpublic import REPOSITORY


def test_refuses_a_region_in_which_there_is_no_gallery(make):
    with pytest.raises(ProviderError) as error:
        make(REPOSITORY, repositoryName="shop/app")

    assert str(error.value) == (
        "region: must be one of us-east-1, us-west-2 for the public gallery, got 'eu-central-1'; "
        "set region of the resource"
    )
