"""Each broken rule of a contract gets a reason and the path of its field (C-37, C-20)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator

from services.kit.errors import reason_name
from services.kit.violations import invalid_request
from tests.prediction.test_second_contract import compiled

VALID: dict[str, Any] = {
    "needed": "x",
    "low": 1,
    "high": 2,
    "code": "EUR",
    "word": "abc",
    "choice": "a",
    "least": 1,
    "exact": "abc",
}
PART = {"count": 1, "number": 1}
NAN = float("nan")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Any:
    compiled(
        tmp_path_factory.mktemp("rules"), (Path(__file__).parent / "proto" / "rules.proto").read_text(), "rules.proto"
    )
    return GetMessageClass(descriptor_pool.Default().FindMessageTypeByName("steward.test.rules.v1.Rules"))


def problems(rules: Any, within: str = "", **changes: Any) -> list[tuple[str, str]]:
    violations = Validator().collect_violations(rules(**{**VALID, **changes}))
    return [(v.field, reason_name(v.reason)) for v in invalid_request(violations, within).violations]


def test_the_valid_message_breaks_no_rule(rules):
    assert not Validator().collect_violations(rules(**VALID))


RANGE, INVALID, REQUIRED, INCONSISTENT = "FIELD_OUT_OF_RANGE", "FIELD_INVALID", "FIELD_REQUIRED", "FIELDS_INCONSISTENT"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"needed": ""}, [("needed", REQUIRED)]),
        ({"low": -1}, [("low", RANGE)]),
        ({"low": NAN}, [("low", RANGE), ("", INCONSISTENT)]),
        ({"high": 0, "low": 0}, [("high", RANGE)]),
        ({"high": float("inf")}, [("high", RANGE)]),
        ({"least": 0}, [("least", RANGE)]),
        ({"ratio": float("-inf")}, [("ratio", RANGE)]),
        ({"word": "a"}, [("word", RANGE)]),
        ({"word": "abcde"}, [("word", RANGE)]),
        ({"exact": "ab"}, [("exact", RANGE)]),
        ({"code": "eur"}, [("code", INVALID)]),
        ({"colour": 7}, [("colour", INVALID)]),
        ({"choice": "c"}, [("choice", INVALID)]),
        ({"tags": ["a", "b", "a"]}, [("tags", INVALID)]),
        ({"even": "odd"}, [("even", INCONSISTENT)]),
        ({"low": 5, "high": 2}, [("", INCONSISTENT)]),
        ({"parts": [PART] * 3}, [("parts", RANGE)]),
        ({"parts": [PART, {"count": 0, "number": 1}]}, [("parts[1].count", RANGE)]),
        ({"parts": [{"count": 1}]}, [("parts[0].kind", REQUIRED)]),
        ({"parts_by_name": {"wall": {"count": 0, "number": 1}}}, [("parts_by_name[wall].count", RANGE)]),
        ({"parts_by_number": {7: {"count": 0, "number": 1}}}, [("parts_by_number[7].count", RANGE)]),
        ({"parts_by_name": {"a": PART, "b": PART, "c": PART}}, [("parts_by_name", RANGE)]),
    ],
    ids=str,
)
def test_a_broken_rule_has_a_path_and_a_reason(rules, changes, expected):
    assert problems(rules, **changes) == expected


def test_what_contradicts_comes_after_what_must_be_mended_first(rules):
    found = problems(rules, low=11, high=2, needed="", even="odd")
    assert [reason for _, reason in found] == [REQUIRED, RANGE, INCONSISTENT, INCONSISTENT]


def test_paths_start_where_the_message_stands_in_the_request(rules):
    assert problems(rules, "items[3]", needed="") == [("items[3].needed", REQUIRED)]
    assert problems(rules, "items[3]", low=5, high=2) == [("items[3]", INCONSISTENT)]


def test_the_contracts_own_words_are_kept(rules):
    (violation,) = invalid_request(Validator().collect_violations(rules(**{**VALID, "low": 5}))).violations
    assert violation.description == "low must be at most high."


def test_values_to_choose_from_are_told_without_the_one_that_stands_for_none(rules):
    violations = Validator().collect_violations(rules(**{**VALID, "choice": "z"}))
    (violation,) = invalid_request(violations).violations
    assert violation.description == "must be one of a, b"
