"""What is said at the preview of a change that would make another repository; the engine is in the acceptance."""

from __future__ import annotations

import pulumi
import pytest
from secure_ecr import SecureRepository

from tests.components.recording import ACCOUNT, LAST_DEPLOYMENT, Recorder

URN = "urn:pulumi:test::secure-ecr::secure-ecr:index:SecureRepository$aws:ecr/repository:Repository::app"
KEY, OTHER_KEY = (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{digit * 8}-1111-1111-1111-111111111111" for digit in "12")
DEPLOYED = {
    "name": "team/app",
    "region": "eu-west-1",
    "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
    "forceDelete": False,
}
ARGS = {"repository_name": "team/app", "region": "eu-west-1", "kms_key_arn": KEY}


def repository(**changes):
    return lambda: SecureRepository("app", {**ARGS, **changes}) and None


def last(outputs):
    return {LAST_DEPLOYMENT: {"outputs": {URN: {"type": "aws:ecr/repository:Repository", "outputs": outputs}}}}


@pytest.fixture
def renewed(monkeypatch):
    """Have the engine plan a new resource for each: its id is not known then."""
    told = Recorder.new_resource
    monkeypatch.setattr(Recorder, "new_resource", lambda mocks, args: ("", told(mocks, args)[1]))


def line(argument, old, new):
    return (
        f"error: app.{argument}: must stay {old!r}: nothing can change it, and a new repository has none of the images,"
        f" got {new}; take the change back, copy the images to a second repository, or set allow_replacement where they"
        " may go"
    )


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"repository_name": "team/web"}, [line("repository_name", "team/app", "'team/web'")], id="name"),
        pytest.param(
            {"region": "us-east-1", "kms_key_arn": None}, [line("region", "eu-west-1", "'us-east-1'")], id="region"
        ),
        pytest.param({"kms_key_arn": OTHER_KEY}, [line("kms_key_arn", KEY, repr(OTHER_KEY))], id="key"),
        pytest.param(
            {"adopt": {"import_id": "team/app", "encryption_type": "AES256"}, "kms_key_arn": None},
            [line("adopt.encryption_type", "KMS", "'AES256'")],
            id="encryption-type",
        ),
        pytest.param(
            {"repository_name": "team/web", "kms_key_arn": OTHER_KEY},
            [line("repository_name", "team/app", "'team/web'"), line("kms_key_arn", KEY, repr(OTHER_KEY))],
            id="two",
        ),
        pytest.param({"repository_name": "team/web", "allow_replacement": True}, [], id="allowed"),
        pytest.param({"repository_name": "team/web", "force_delete": True}, [], id="deletable"),
    ],
)
def test_says_what_must_stay(deploy, renewed, changes, lines):
    assert deploy(repository(**changes), preview=True, calls=last(DEPLOYED)).log == lines


def test_says_of_a_repository_without_a_key_what_its_encryption_is(deploy, renewed):
    plain = {**DEPLOYED, "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}]}

    log = deploy(repository(), preview=True, calls=last(plain)).log

    assert log == [line("adopt.encryption_type", "AES256", "'KMS'")]


def test_says_it_of_a_key_that_does_not_exist_yet(deploy, renewed):
    def program():
        repository(kms_key_arn=pulumi.Output.from_input(pulumi.UNKNOWN))()

    log = deploy(program, preview=True, calls=last(DEPLOYED)).log

    assert log == [line("kms_key_arn", KEY, "a value that is not known yet")]


def test_ends_the_program_where_the_engine_would_delete_the_images(deploy, renewed):
    deletable = {**DEPLOYED, "forceDelete": True}

    with pytest.raises(pulumi.RunError) as refused:
        deploy(repository(repository_name="team/web"), preview=True, calls=last(deletable))

    assert str(refused.value) == "app: must stay the repository that it is, see the error beside it"


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param({LAST_DEPLOYMENT: {}}, id="nothing-deployed"),
        pytest.param(last(None), id="no-outputs"),
        pytest.param(last({**DEPLOYED, "encryptionConfigurations": []}), id="no-encryption"),
    ],
)
def test_says_nothing_where_the_last_deployment_does_not(deploy, renewed, calls):
    assert deploy(repository(kms_key_arn=OTHER_KEY), preview=True, calls=calls).log == []


@pytest.mark.parametrize("preview", [True, False], ids=["kept", "deployment"])
def test_says_nothing_of_a_repository_that_stays_or_is_there(deploy, preview):
    assert deploy(repository(repository_name="team/web"), preview=preview, calls=last(DEPLOYED)).log == []
