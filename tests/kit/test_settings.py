"""Settings come from the environment, complete and checked (V-29, M-23)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ProcessSettings, SettingsError, example, load, variables
from services.prediction.settings import PredictionSettings


class AdviceSettings(ProcessSettings):
    model_config = SettingsConfigDict(env_prefix="STEWARD_ADVICE_")

    beams: int = Field(4, ge=1)
    """Number of beams."""

    languages: tuple[str, ...] = ("en", "es")
    """Languages that are answered in."""


def test_without_an_environment_everything_has_its_default():
    settings = load(PredictionSettings, {})
    assert (settings.listen, settings.metrics_port, settings.models_dir) == ("0.0.0.0:8001", 9091, None)
    assert (settings.log_level, settings.default_deadline_s, settings.drain_grace_s) == ("INFO", 10, 10)


def test_values_come_from_own_and_from_shared_variables():
    environment = {"STEWARD_PREDICTION_MODELS_DIR": "/models", "STEWARD_LOG_LEVEL": "DEBUG", "HOME": "/root"}
    settings = load(PredictionSettings, environment)
    assert (settings.models_dir, settings.log_level) == (Path("/models"), "DEBUG")


def test_the_process_environment_is_read_by_default(monkeypatch):
    monkeypatch.setenv("STEWARD_PREDICTION_THREADS", "3")
    assert load(PredictionSettings).threads == 3


@pytest.mark.parametrize("unknown", ["STEWARD_COLOUR", "STEWARD_PREDICTION_THREDS", "STEWARD_PREDICTIONS_THREADS"])
def test_a_variable_that_no_process_knows_is_an_error(unknown):
    with pytest.raises(SettingsError, match=rf"Unknown setting {unknown}; see .env.example"):
        load(PredictionSettings, {unknown: "1"})


def test_variables_of_other_processes_are_left_alone():
    environment = {"STEWARD_GATEWAY_LISTEN": "x", "STEWARD_ADVICE_BEAMS": "none"}
    assert load(PredictionSettings, environment) == PredictionSettings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STEWARD_PREDICTION_THREADS", "0"),
        ("STEWARD_PREDICTION_THREADS", "many"),
        ("STEWARD_PREDICTION_METRICS_PORT", "65536"),
        ("STEWARD_PREDICTION_MODELS_LOADED", "1001"),
        ("STEWARD_PREDICTION_QUEUE_LIMIT", "0"),
        ("STEWARD_LOG_LEVEL", "LOUD"),
        ("STEWARD_DEFAULT_DEADLINE_S", "0"),
        ("STEWARD_DRAIN_NOTICE_S", "-1"),
        ("STEWARD_DRAIN_GRACE_S", "301"),
    ],
)
def test_an_invalid_value_names_its_variable(variable, value):
    with pytest.raises(SettingsError, match=rf"^Invalid settings\. {variable}: "):
        load(PredictionSettings, {variable: value})


def test_all_invalid_values_are_named_at_once():
    with pytest.raises(SettingsError, match=r"STEWARD_LOG_LEVEL: .*; STEWARD_PREDICTION_THREADS: "):
        load(PredictionSettings, {"STEWARD_LOG_LEVEL": "LOUD", "STEWARD_PREDICTION_THREADS": "0"})


def test_settings_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        load(PredictionSettings, {}).threads = 8


def test_each_setting_has_one_variable():
    assert variables(AdviceSettings) == {
        "STEWARD_LOG_LEVEL": "log_level",
        "STEWARD_DEFAULT_DEADLINE_S": "default_deadline_s",
        "STEWARD_DRAIN_NOTICE_S": "drain_notice_s",
        "STEWARD_DRAIN_GRACE_S": "drain_grace_s",
        "STEWARD_ADVICE_BEAMS": "beams",
        "STEWARD_ADVICE_LANGUAGES": "languages",
    }


def test_the_example_lists_every_variable_once_with_its_meaning_and_default():
    text = example([PredictionSettings, AdviceSettings])
    for variable in {**variables(PredictionSettings), **variables(AdviceSettings)}:
        assert text.count(f"\n#{variable}=") == 1
    assert "\n# Number of beams.\n#STEWARD_ADVICE_BEAMS=4\n" in text
    assert "\n#STEWARD_ADVICE_LANGUAGES=en,es\n" in text
    assert "\n#STEWARD_PREDICTION_MODELS_DIR=\n" in text


@pytest.mark.parametrize("settings", [PredictionSettings, AdviceSettings])
def test_every_setting_says_what_it_means(settings):
    for name, field in settings.model_fields.items():
        assert field.description, name
