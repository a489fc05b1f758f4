"""`citenote prompts`: what is shown is what is sent, and copies that lag behind are found."""

import json
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.models.presets import resolved
from pipeline.settings import ModelSettings, Settings
from pipeline.showing import NAMES, asked_for, differences, sample, shown
from tests.commands import citenote
from tests.scripted_server import ScriptedServer

LECTURE = Path(__file__).parents[1] / "examples/longitude-lecture.en.vtt"


def test_what_is_shown_is_what_a_run_sends(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        models = f"models:\n  small:\n    base_url: {server.url}\n    model: small\n"
        (tmp_path / "config.yaml").write_text(f"model: small\n{models}", encoding="utf-8")
        told = citenote("prompts", "show", str(LECTURE), "--json", folder=tmp_path)
        assert server.calls == 0
        assert citenote("run", str(LECTURE), folder=tmp_path).returncode == 0
        sent = [a.body for a in server.asked if a.kind == "outline_draft"]
    question = json.loads(told.stdout)
    assert (question["prompt"], question["number"], question["of"]) == ("outline", 1, len(sent))
    assert question["messages"] in [body["messages"] for body in sent]
    assert json.loads(question["schema_text"]) == sent[0]["response_format"]["json_schema"]["schema"]


def test_each_prompt_of_the_sample(tmp_path: Path) -> None:
    told = citenote("prompts", "show", *NAMES, folder=tmp_path)
    assert told.returncode == 0, told.stderr
    heads = [line for line in told.stdout.splitlines() if line.startswith("#####")]
    assert [head.split()[1].rstrip(":") for head in heads] == list(NAMES)
    assert "NUMBER_NOT_IN_EVIDENCE" in told.stdout
    assert list(tmp_path.iterdir()) == [], "nothing is written"


def test_every_prompt_can_be_shown_for_a_video_and_its_own_settings() -> None:
    settings = Settings(models={"near": ModelSettings(base_url="http://127.0.0.1:1/v1", max_output_tokens=2_000)})
    found = list(shown(NAMES, LECTURE, settings))
    assert [question.prompt for question in found] == list(NAMES)
    assert all(question.max_tokens == 2_000 and question.of >= 1 for question in found)
    assert resolved("near", settings.models["near"]).model == ModelSettings().model


def test_prompts_of_ones_own_are_shown(tmp_path: Path) -> None:
    (tmp_path / "outline.system.j2").write_text("Say what {{ title }} is about.", encoding="utf-8")
    (question,) = shown(("outline",), None, Settings(prompts=tmp_path))
    assert question.messages[0].content == f"Say what {sample().video.title} is about."


def test_words_that_are_no_prompt_and_no_file(tmp_path: Path) -> None:
    assert asked_for(("plan", str(LECTURE), "outline")) == (("outline", "plan"), LECTURE)
    assert asked_for(()) == (("outline",), None)
    for words in [("plann",), (str(LECTURE), str(LECTURE)), (str(tmp_path),)]:
        with pytest.raises(SettingsError, match="no prompt and no transcript file"):
            asked_for(words)
    told = citenote("prompts", "show", "plann", folder=tmp_path)
    assert told.returncode == 2
    assert "Name any of outline, plan, mend, judge, again" in told.stderr


def test_a_copy_that_differs_is_told_line_by_line(tmp_path: Path) -> None:
    assert citenote("init", str(tmp_path), folder=tmp_path).returncode == 0
    same = citenote("prompts", "diff", folder=tmp_path)
    assert (same.returncode, same.stdout.strip()) == (0, "no prompt differs from the built-in one")
    own = tmp_path / "prompts" / "again.user.j2"
    own.write_text(own.read_text(encoding="utf-8").replace("in full", "all of it"), encoding="utf-8")
    (tmp_path / "prompts" / "plan.user.j2").unlink()
    told = citenote("prompts", "diff", folder=tmp_path)
    assert told.returncode == 1
    assert "--- built-in/again.user.j2" in told.stdout
    assert "+Answer the question again, all of it" in told.stdout
    assert "plan.user" not in told.stdout, "what is not copied cannot lag behind"


def test_without_prompts_of_ones_own_nothing_differs(tmp_path: Path) -> None:
    assert list(differences(None)) == []
    with pytest.raises(SettingsError, match="not a folder"):
        list(differences(tmp_path / "none"))
