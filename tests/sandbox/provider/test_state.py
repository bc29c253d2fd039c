from __future__ import annotations

import json

from sandbox.provider import state
from sandbox.provider.table.ecr_repository import LIFECYCLE_POLICY, REPOSITORY, REPOSITORY_POLICY
from sandbox.provider.table.ecrpublic import REPOSITORY as PUBLIC_REPOSITORY
from sandbox.provider.table.kms import KEY
from sandbox.provider.wire import UNKNOWN

KMS = {"encryptionType": "KMS"}
POLICY = '{"Statement":[{"Action":"ecr:*","Effect":"Allow"}]}'
SPELT = '{"Statement": [{"Effect": "Allow", "Action": ["ecr:*"]}]}'


def test_a_preview_promises_the_inputs_and_nothing_that_aws_decides():
    inputs = {"__defaults": [], "name": "a", "encryptionConfigurations": [KMS | {"__defaults": []}], "tagsAll": UNKNOWN}

    assert state.planned(REPOSITORY, inputs) == {
        "arn": UNKNOWN,
        "encryptionConfigurations": [KMS | {"kmsKey": UNKNOWN}],
        "imageScanningConfiguration": UNKNOWN,
        "name": "a",
        "region": UNKNOWN,
        "registryId": UNKNOWN,
        "repositoryUrl": UNKNOWN,
        "tagsAll": UNKNOWN,
    }


def test_a_new_resource_has_its_inputs_and_what_aws_said():
    inputs = {"__defaults": [], "name": "a", "encryptionConfigurations": [KMS], "tags": {"__defaults": [], "k": "v"}}
    said = {"arn": "arn", "encryptionConfigurations": [KMS | {"kmsKey": "key"}], "stranger": 1}

    assert state.created(REPOSITORY, inputs, said) == {
        "arn": "arn",
        "encryptionConfigurations": [KMS | {"kmsKey": "key"}],
        "name": "a",
        "tags": {"k": "v"},
    }


def test_a_document_keeps_the_spelling_of_the_program():
    made = state.created(REPOSITORY_POLICY, {"repository": "a", "policy": SPELT}, {"policy": POLICY})

    assert made["policy"] == json.dumps(json.loads(SPELT), sort_keys=True, separators=(",", ":"))


def test_an_update_keeps_what_aws_decided_and_drops_what_the_program_dropped():
    old = {"arn": "arn", "description": "kept", "deletionWindowInDays": 7, "isEnabled": True, "policy": POLICY}

    assert state.updated(KEY, old, {"isEnabled": False}, {"keyId": "id"}) == {
        "arn": "arn",
        "description": "kept",
        "isEnabled": False,
        "keyId": "id",
        "policy": POLICY,
    }


def test_what_aws_says_is_the_state_but_for_what_it_does_not_tell():
    old = {"forceDelete": True, "imageTagMutability": "IMMUTABLE", "tags": {"k": "v"}, "arn": "arn"}
    said = {"arn": "arn", "imageTagMutability": "MUTABLE", "tags": None}

    assert state.live(REPOSITORY, said, old) == {"arn": "arn", "forceDelete": True, "imageTagMutability": "MUTABLE"}


def test_what_no_api_tells_of_an_object_stays_and_of_an_import_is_the_default():
    old = {"catalogData": {"aboutText": "a", "logoImageBlob": "aWNvbg=="}, "forceDestroy": True}
    said = {"catalogData": {"aboutText": "b"}, "repositoryName": "a"}

    assert state.live(PUBLIC_REPOSITORY, said, old) == {
        "catalogData": {"aboutText": "b", "logoImageBlob": "aWNvbg=="},
        "forceDestroy": True,
        "repositoryName": "a",
    }
    assert state.live(PUBLIC_REPOSITORY, said, {}) == {
        "catalogData": {"aboutText": "b"},
        "forceDestroy": False,
        "repositoryName": "a",
    }


def test_a_document_that_means_the_same_stays_as_it_was_spelt():
    old = {"policy": POLICY}

    assert state.live(REPOSITORY_POLICY, {"policy": SPELT}, old) == old
    assert state.live(REPOSITORY_POLICY, {"policy": '{"Statement":[]}'}, old) == {"policy": '{"Statement":[]}'}


def test_refreshed_inputs_are_the_old_ones_with_the_values_of_today():
    old = {
        "__defaults": ["imageTagMutability"],
        "encryptionConfigurations": [KMS | {"__defaults": []}],
        "imageScanningConfiguration": {"__defaults": [], "scanOnPush": True},
        "imageTagMutability": "MUTABLE",
        "name": "a",
        "tags": {"__defaults": [], "gone": "1", "changed": "2"},
    }
    today = {
        "arn": "arn",
        "encryptionConfigurations": [KMS | {"kmsKey": "key"}],
        "imageScanningConfiguration": {"scanOnPush": False},
        "imageTagMutability": "IMMUTABLE",
        "name": "a",
        "tags": {"changed": "3", "new": "4"},
    }

    assert state.refreshed_inputs(REPOSITORY, old, today) == {
        "__defaults": [],
        "encryptionConfigurations": [KMS | {"__defaults": []}],
        "imageScanningConfiguration": {"__defaults": [], "scanOnPush": False},
        "imageTagMutability": "IMMUTABLE",
        "name": "a",
        "tags": {"__defaults": [], "changed": "3"},
    }


def test_imported_inputs_are_those_of_a_program_that_would_make_it():
    today = {
        "arn": "arn",
        "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}],
        "imageScanningConfiguration": {"scanOnPush": False},
        "imageTagMutability": "MUTABLE",
        "name": "a",
        "region": "eu-west-1",
        "tags": {"k": "v"},
        "tagsAll": {},
    }

    assert state.imported_inputs(REPOSITORY, today) == {
        "__defaults": [],
        "encryptionConfigurations": [{"__defaults": []}],
        "imageScanningConfiguration": {"__defaults": [], "scanOnPush": False},
        "name": "a",
        "region": "eu-west-1",
        "tags": {"__defaults": [], "k": "v"},
    }
    assert state.imported_inputs(LIFECYCLE_POLICY, {"policy": "{}", "repository": "a", "registryId": "1"}) == {
        "__defaults": [],
        "policy": "{}",
        "repository": "a",
    }


def test_the_tags_of_a_resource_are_those_that_the_provider_does_not_add():
    tags = {"team": "a", "stage": "dev", "cost": "1"}

    assert state.own_tags(tags, {"stage": "dev", "cost": "2"}, []) == {"team": "a", "cost": "1"}
    assert state.own_tags(tags, {"stage": "dev"}, ["stage"]) == tags
