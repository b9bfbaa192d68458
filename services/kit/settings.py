"""Settings from the environment: typed, frozen, and complete, so that a misspelt variable is an error."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "STEWARD_"
PROCESSES = ("GATEWAY", "PREDICTION", "ADVICE", "MAINTENANCE")
"""The processes; each owns the variables that start with STEWARD_<process>_."""

_TOOLS = frozenset({"STEWARD_DATA"})
"""Variables of training and tests: where the data sets are."""

_S = TypeVar("_S", bound="ProcessSettings")


class SettingsError(Exception):
    """The environment does not make valid settings; the message names the variables."""


class ProcessSettings(BaseSettings):
    """What every process can be told. Each process adds its own in a subclass with its own prefix."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    log_level: str = Field("INFO", validation_alias="STEWARD_LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """Lowest level of logs that is written: DEBUG, INFO, WARNING or ERROR."""

    default_deadline_s: float = Field(10.0, validation_alias="STEWARD_DEFAULT_DEADLINE_S", gt=0, le=3600)
    """Seconds that a call gets if its caller sets no deadline."""

    drain_notice_s: float = Field(0.0, validation_alias="STEWARD_DRAIN_NOTICE_S", ge=0, le=300)
    """Seconds after SIGTERM in which new calls are still taken while health says NOT_SERVING; for load balancers."""

    drain_grace_s: float = Field(10.0, validation_alias="STEWARD_DRAIN_GRACE_S", ge=0, le=300)
    """Seconds that calls in flight get to finish on SIGTERM."""


def load(settings: type[_S], environment: Mapping[str, str] | None = None) -> _S:
    """Reads settings from the environment.

    Raises:
        SettingsError: A value is invalid, or a STEWARD_ variable is known to no process.
    """
    names = os.environ if environment is None else environment
    known = {*variables(settings), *_TOOLS}
    own = settings.model_config.get("env_prefix", "")
    others = tuple(f"{PREFIX}{process}_" for process in PROCESSES if f"{PREFIX}{process}_" != own)
    unknown = [name for name in names if name.startswith(PREFIX) and name not in known and not name.startswith(others)]
    if unknown:
        raise SettingsError(f"Unknown setting {', '.join(sorted(unknown))}; see .env.example for those that exist.")
    try:
        return settings(**_given(settings, names))
    except ValidationError as error:
        problems = "; ".join(f"{_variable_of(settings, e['loc'][0])}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Invalid settings. {problems}.") from error


def variables(settings: type[ProcessSettings]) -> dict[str, str]:
    """Names of the settings' environment variables, each with the name of its field."""
    prefix = settings.model_config.get("env_prefix", "")
    return {
        str(field.validation_alias or f"{prefix}{name}".upper()): name for name, field in settings.model_fields.items()
    }


def example(processes: Iterable[type[ProcessSettings]]) -> str:
    """The text of .env.example: every variable with its meaning and default, commented out."""
    lines = ["# Every setting with its default. Copy to .env and uncomment what you change."]
    seen: set[str] = set()
    for settings in processes:
        for variable, name in variables(settings).items():
            if variable not in seen:
                seen.add(variable)
                field = settings.model_fields[name]
                lines += ["", f"# {field.description}", f"#{variable}={_text(field.get_default())}"]
    return "\n".join(lines) + "\n"


def _given(settings: type[ProcessSettings], names: Mapping[str, str]) -> dict[str, Any]:
    # Explicit values win over pydantic's own reading of the environment, so that tests can pass one.
    aliases = {
        variable: variable if settings.model_fields[name].validation_alias else name
        for variable, name in variables(settings).items()
    }
    return {aliases[variable]: names[variable] for variable in aliases if variable in names}


def _variable_of(settings: type[ProcessSettings], place: Any) -> str:
    by_field = {name: variable for variable, name in variables(settings).items()}
    return by_field.get(str(place), str(place))


def _text(default: Any) -> str:
    if isinstance(default, (list, tuple)):
        return ",".join(map(str, default))
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return "" if default is None else str(default)
