"""Reads errors in their one form."""

from __future__ import annotations

from typing import Any

import httpx

_TYPE = "type.googleapis.com/google.rpc."


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The error of an answer, after making sure that its form is right."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    error = response.json()["error"]
    assert error["code"] == response.status_code
    info = error["details"][0]
    assert info["@type"] == f"{_TYPE}ErrorInfo"
    assert info["domain"] == "steward"
    assert error["message"]
    return error


def reason_of(response: httpx.Response) -> str:
    return error_of(response)["details"][0]["reason"]


def metadata_of(response: httpx.Response) -> dict[str, str]:
    return error_of(response)["details"][0].get("metadata", {})


def violations_of(response: httpx.Response) -> dict[str, str]:
    """Reasons by field."""
    details = error_of(response)["details"]
    found = [detail for detail in details if detail["@type"] == f"{_TYPE}BadRequest"]
    return {violation["field"]: violation["reason"] for violation in found[0]["fieldViolations"]} if found else {}
