"""An OpenAI-compatible server on the loopback that behaves as a script says.

Honest answers are computed from the numbered lines of the prompt, so that they can be proved; the other behaviours are
lies and faults of the kinds that servers and models commit. Which kind of question is asked is read from the name of
the schema, as a server would.
"""

import argparse
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self, get_args

from tests.scripted_judge import ScriptedJudge
from tests.token_counting import prompt_of, usage

Behaviour = Literal[
    "good",
    "outside",  # cites lines that the chunk does not have
    "context",  # cites lines shown for context only
    "fabricated",  # quotes nobody said
    "numbers",  # true quotes, changed numbers in the claims
    "negated",  # true quotes, a "not" inserted into the claims
    "partly",  # every third claim has the wrong form, or every second note
    "mostly_bad",  # all but one claim, or all but one note, have the wrong form
    "splits",  # mends each claim by two
    "drops",  # mends no claim
    "strangers",  # mends claims that it was not asked about
    "floods",  # mends each claim in forty ways, five times over
    "wrong_shape",
    "empty",
    "bad_json",
    "cut_json",  # ends in the middle, although the server says that it was complete
    "truncated",
    "loop",  # goes in circles within a string, up to the token limit
    "repeats",  # gives its first piece over and over, each time for another line
    "other_language",  # true lines and quotes, the sentences in Spanish
    "copies",  # answers with the example of the instructions
    "refusal",
    "filter",
    "filtered_prompt",
    "too_long",
    "rate_limited",
    "overloaded",
    "error",
    "no_credit",
    "bad_key",
    "no_model",
    "rejected",
    "drop",
    "hang",
    "drip",  # a byte now and then, for ever
    "cut_body",  # closes the connection in the middle of the body
    "flood",  # more bytes than an answer can have
    "not_json_http",
    "bad_utf8",
]

_LINE = re.compile(r"^(\d+): (?:\(([^)]*)\) )?(.+)$", re.MULTILINE)
_CLAIM = re.compile(r"^(\d+): (?:\(view\) )?(.+)$", re.MULTILINE)

_FAILED = re.compile(r"^id (\d+): .*\nclaim .*\nquoted: (-?\d+):", re.MULTILINE)


@dataclass
class Asked:
    """One request as it arrived. `number` counts from 0 over the life of the server."""

    number: int
    body: dict[str, Any]
    headers: dict[str, str]
    judge: Callable[[str], dict[str, Any]] = field(default_factory=ScriptedJudge)
    lies_every: int = 0
    known: list[str] | None = None

    @property
    def kind(self) -> str:
        """ "outline_draft", "mend_draft", "judge_draft" or "plan_draft"."""
        return str(self.body["response_format"]["json_schema"]["name"])

    @property
    def question(self) -> str:
        """The first user message: a question that is asked again keeps it."""
        return next(str(m["content"]) for m in self.body["messages"] if m["role"] == "user")

    @property
    def again(self) -> int:
        """How often it was asked before, as the conversation shows."""
        return sum(m["role"] == "assistant" for m in self.body["messages"])

    @property
    def context(self) -> list[tuple[int, str]]:
        return [(int(n), text) for n, _, text in _LINE.findall(self.question.partition("\nCORE\n")[0])]

    @property
    def core(self) -> list[tuple[int, str]]:
        return [(int(n), text) for n, _, text in _LINE.findall(self.question.partition("\nCORE\n")[2])]

    @property
    def failed(self) -> list[tuple[int, int, str]]:
        """The claims to mend: their ids, and the lines nearest to what they cite."""
        listed, _, claims = self.question.partition("\nCLAIMS\n")
        lines = {int(n): text for n, _, text in _LINE.findall(listed)}
        cited = [(int(i), int(n)) for i, n in _FAILED.findall(claims)]
        return [(i, near, lines[near]) for i, n in cited for near in [min(lines, key=lambda k: abs(k - n))]]


Decide = Callable[[Asked], Behaviour]


@dataclass
class ScriptedServer:
    """Begin with `with ScriptedServer(…) as server`, then ask `server.url`.

    Args:
        script: a function from a request to a behaviour, or behaviours in the order of arrival ("good" after the last).
        delay_s: before every answer.
        retry_after: the header sent with "rate_limited" and "overloaded".
        hang_s: how long "hang" stays silent; the server's end releases it.
        port: 0 for any that is free.
        judge: answers the questions about claims where the script says "good".
        lies_every: one of so many claims, repairs, titles and headings is about elephants; 0 for none.
        caching: reports as cached what an answered question began with, as providers do, instead of a half.
    """

    script: Decide | Sequence[Behaviour] = ()
    delay_s: float = 0
    retry_after: str | None = "0.01"
    hang_s: float = 30
    port: int = 0
    judge: Callable[[str], dict[str, Any]] = field(default_factory=ScriptedJudge)
    lies_every: int = 0
    caching: bool = False
    answered: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._http = _Server(("127.0.0.1", self.port), _Handler)
        self._http.scripted = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def calls(self) -> int:
        return len(self.asked)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(a.kind for a in self.asked)

    def receive(self, body: dict[str, Any], headers: dict[str, str]) -> tuple[Asked, Behaviour]:
        with self._lock:
            known = list(self.answered) if self.caching else None
            asked = Asked(len(self.asked), body, headers, self.judge, self.lies_every, known)
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        if callable(self.script):
            return asked, self.script(asked)
        return asked, self.script[asked.number] if asked.number < len(self.script) else "good"

    def leave(self) -> None:
        with self._lock:
            self.at_once -= 1

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)


class _Server(ThreadingHTTPServer):
    scripted: ScriptedServer
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some scripts are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        scripted = self.server.scripted
        if not self.path.endswith("/chat/completions"):
            self._send(404, {"error": {"message": "no such path", "code": None}})
            return
        asked, behaviour = scripted.receive(body, {k.lower(): v for k, v in self.headers.items()})
        try:
            scripted.wait(scripted.delay_s)
            self._behave(asked, behaviour)
        finally:
            scripted.leave()

    def _behave(self, asked: Asked, behaviour: Behaviour) -> None:
        scripted = self.server.scripted
        if behaviour == "drop":
            self.close_connection = True
        elif behaviour == "hang":
            scripted.wait(scripted.hang_s)
            self.close_connection = True
        elif behaviour == "drip":
            self._drip()
        elif behaviour == "cut_body":
            self._head(200, {"Content-Type": "application/json", "Content-Length": "5000"})
            self.wfile.write(b'{"choices": [')
            self.close_connection = True
        elif behaviour == "flood":
            self._raw(200, _altered(asked, f"{FALSE} " * 130_000).encode(), {"Content-Type": "application/json"})
        elif behaviour in _STATUSES:
            status, code = _STATUSES[behaviour]
            waiting = behaviour in {"rate_limited", "overloaded"} and scripted.retry_after is not None
            key = asked.headers.get("authorization", "")
            error = {"message": f"scripted: {behaviour} {key}", "type": code or "scripted", "code": code}
            self._send(status, {"error": error}, {"Retry-After": str(scripted.retry_after)} if waiting else {})
        elif behaviour == "not_json_http":
            self._raw(200, b"<html>a proxy's page</html>", {"Content-Type": "text/html"})
        elif behaviour == "bad_utf8":
            body = _altered(asked, f"{FALSE} ~").encode().replace(b"~", b"\xff\xfe")
            self._raw(200, body, {"Content-Type": "application/json"})
        else:
            self._send(200, completion(asked, behaviour))
            scripted.answered.append(prompt_of(asked.body))

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._raw(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _raw(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._head(status, {**headers, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self) -> None:
        scripted = self.server.scripted
        self._head(200, {"Content-Type": "application/json", "Content-Length": "5000"})
        for _ in range(int(scripted.hang_s / 0.05)):
            self.wfile.write(b" ")
            scripted.wait(0.05)
        self.close_connection = True


_STATUSES: dict[str, tuple[int, str | None]] = {
    "rate_limited": (429, "rate_limit_exceeded"),
    "no_credit": (429, "insufficient_quota"),
    "error": (500, None),
    "overloaded": (503, None),
    "bad_key": (401, "invalid_api_key"),
    "no_model": (404, "model_not_found"),
    "rejected": (400, "invalid_request_error"),
    "filtered_prompt": (400, "content_filter"),
    "too_long": (400, "context_length_exceeded"),
}


def completion(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:
    """The body of a 200."""
    text, finish, refusal = answer_text(asked, behaviour), "stop", None
    if behaviour == "truncated":
        text, finish = text[: len(text) // 2], "length"
    elif behaviour == "loop":
        finish = "length"
    elif behaviour == "filter":
        text, finish = "", "content_filter"
    elif behaviour == "refusal":
        text, refusal = "", f"I cannot help with that. {FALSE}"
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": 0,
        "model": asked.body["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text or None, "refusal": refusal},
            }
        ],
        "usage": usage(asked.body, text, asked.known),
    }


def _altered(asked: Asked, text: str) -> str:
    """The body of a 200 with another answer in it."""
    body = completion(asked, "empty")
    body["choices"][0]["message"]["content"] = text
    return json.dumps(body)


def answer_text(asked: Asked, behaviour: Behaviour) -> str:
    """The content of the message, before it is cut."""
    if behaviour == "wrong_shape":
        return json.dumps({"answer": 42, "facts": [FALSE]})
    if behaviour == "bad_json":
        return f"Sure! Here are the claims: line one says that {FALSE}"
    if behaviour == "empty":
        return ""
    answer = _ANSWERS[asked.kind](asked, behaviour)
    if asked.lies_every:
        _lie_among(_items(answer)[asked.lies_every - 1 :: asked.lies_every])
    if behaviour in _WHOLES:
        answer = _WHOLES[behaviour](asked, answer)
    if behaviour == "partly":
        _spoil(_items(answer)[::3] if "claims" in answer else _items(answer)[1::2])
    elif behaviour == "mostly_bad":
        _spoil(_items(answer)[1:])
    form = _from_the_example(asked, answer) if behaviour == "copies" else filled(answer)
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    if behaviour == "loop":
        return text[: len(text) // 3].rpartition(",")[0] + ',{"text":"' + f"{FALSE} " * 400
    return text[: len(text) * 2 // 3] if behaviour == "cut_json" else text


FALSE = "Purple elephants negotiated seventeen treaties underneath volcanic moonlight."
"""What no talk says: wherever it turns up, somebody believed a server."""

_SPANISH = (
    "El guardián de la torre encendió la lámpara aquel año y no quiso que nadie más la tocara.",
    "Los hombres de la costa decían que no había otra luz como esta en todo el país.",
    "Cuando llegó el invierno, la tormenta rompió los cristales y hubo que pedir otros.",
    "Nadie sabía entonces por qué los barcos se perdían tan cerca de la playa.",
    "La segunda torre era mucho más alta que la primera y estaba hecha de piedra.",
)


def _in_spanish(_: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    pieces = [claim for item in _items(answer) for claim in item.get("claims", [item])]
    for number, piece in enumerate(pieces):
        piece["text" if "text" in piece else "title"] = f"En el año {1700 + number}: {_SPANISH[number % 5]}"
        for place, section in enumerate(piece.get("sections", ())):
            section["heading"] = _SPANISH[(number + place + 1) % 5]
    return answer


def _over_and_over(_: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    name = next(name for name in answer if _items(answer) == list(answer[name]))
    first = answer[name][0]
    if "evidence" not in first:
        return answer | {name: [first] * 40}
    pieces = [first | {"evidence": [first["evidence"][0] | {"line": i}]} for i in range(1, 41)]
    return answer | {name: pieces}


def _from_the_example(asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    told = next(m["content"] for m in asked.body["messages"] if m["role"] == "system")
    example: dict[str, Any] = json.loads(next((line for line in told.splitlines() if line.startswith('{"')), "{}"))
    return answer | {"notes": [example]} if "title" in example else example


_WHOLES: dict[str, Callable[[Asked, dict[str, Any]], dict[str, Any]]] = {
    "other_language": _in_spanish,
    "repeats": _over_and_over,
}


def _lie_among(items: list[dict[str, Any]]) -> None:
    for item in items:
        for piece in item.get("claims", [item]):
            if "evidence" in piece:
                _lie(piece, "fabricated")
        if "sections" in item:
            item["title"] = FALSE
            for section in item["sections"]:
                section["heading"] = FALSE


def filled(answer: Any) -> Any:
    """An answer in the form that is asked for: evidence, sentences and paragraphs as texts."""
    if isinstance(answer, list):
        return [filled(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    form = {name: filled(value) for name, value in answer.items()}
    if "evidence" in form and "text" in form:
        form["evidence"] = [f"{piece['line']}: {piece['quote']}" for piece in answer["evidence"]]
        form["subject"], form["predicate"] = _halved(form.pop("text"))
    if "lead" in form and "callout" in form:
        form["lead"] = _paragraph(answer["lead"], form.pop("callout"))
    if "paragraphs" in form and "callout" in form:
        form["paragraphs"] = [_paragraph(steps, form["callout"]) for steps in answer["paragraphs"]]
        form.pop("callout")
    if form.get("unused") == []:
        form["unused"] = {"repeats": [], "off_topic": [], "too_thin": [], "unclear": []}
    return form


def _halved(text: str) -> tuple[str, str]:
    """The first two words of a sentence, and the rest."""
    spaced = len(text.split()) > 2
    cut = len(" ".join(text.split()[:2])) if spaced else len(text) // 2
    return text[:cut], text[cut:].strip()


def _paragraph(steps: Sequence[dict[str, Any]], callout: int) -> str:
    words = [word for step in steps for word in (step["join"], str(step["claim"])) if word]
    return " ".join([*words, *([f"Q{callout}"] if callout else [])])


def _items(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return next(list(answer[name]) for name in ("claims", "repairs", "items", "notes") if name in answer)


def _spoil(items: list[dict[str, Any]]) -> None:
    for item in items:
        item.pop("voice", None)
        item.pop("lead", None)
        item.pop("action", None)
        item.pop("verdict", None)


def outline(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:
    """Claims in the lines' own words: every line of six words or more, up to the limit that the prompt states."""
    limit = int(re.findall(r"At most (\d+) claims", asked.question)[-1])
    lines = asked.context if behaviour == "context" and asked.context else asked.core
    claims = [_claim(n, text) for n, text in lines if len(_words(text)) >= 4][:limit]
    for claim in claims:
        _lie(claim, behaviour)
    long = [(n, text) for n, text in asked.core if len(_words(text)) >= 8]
    callouts = [{"line": n, "quote": text, "speaker": "", "title": " ".join(_words(text)[:3])} for n, text in long[-1:]]
    return {"claims": claims, "callouts": [] if behaviour != "good" else callouts}


def _words(text: str) -> list[str]:
    """Words, or stretches of characters where there are no spaces."""
    words = text.split()
    return words if len(words) > 1 or len(text) < 12 else re.findall(".{1,4}", text)


def _claim(number: int, text: str) -> dict[str, Any]:
    spaced = len(text.split()) > 1
    quote = (" " if spaced else "").join(_words(text)[:14])
    named = re.findall(r"(?<!^)\b[A-Z][a-z]+(?: [A-Z][a-z]+)*", quote)
    return {
        "evidence": [{"line": number, "quote": quote}],
        "subject": named[0] if named else " ".join(_words(text)[:2]),
        "text": quote[:1].upper() + quote[1:].rstrip(".,;:!?。、") + ("." if spaced else "。"),
        "voice": "told",
    }


def _lie(claim: dict[str, Any], behaviour: Behaviour) -> None:
    evidence = claim["evidence"][0]
    if behaviour == "outside":
        evidence["line"] += 10_000
    elif behaviour == "fabricated":
        evidence["quote"] = FALSE.lower().rstrip(".")
        claim["text"] = FALSE
    elif behaviour == "numbers":
        claim["text"] = _changed_number(claim["text"])
    elif behaviour == "negated":
        words = claim["text"].split()
        claim["text"] = " ".join([*words[:2], "not", *words[2:]])


def _changed_number(text: str) -> str:
    changed = re.sub(r"\d+", lambda m: str(int(m.group()) + 17), text)
    return changed if changed != text else text.rstrip(".") + " in 1847."


def mend(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:
    """Each claim told anew in the words of the line that it cited."""
    return {"repairs": [r for i, n, text in asked.failed for r in _repairs(i, _claim(n, text), behaviour)]}


def _repairs(number: int, claim: dict[str, Any], behaviour: Behaviour) -> list[dict[str, Any]]:
    _lie(claim, behaviour)
    if behaviour == "drops":
        return [{"id": number, "action": "drop", "claims": []}]
    if behaviour == "splits":
        return [{"id": number, "action": "split", "claims": [claim, _shorter(claim)]}]
    if behaviour == "strangers":
        number += 10_000
    claims = [claim | {"text": f"{claim['text']} {'And so on. ' * k}"} for k in range(40)]
    flood = {"id": number, "action": "split", "claims": claims}
    return [flood] * 5 if behaviour == "floods" else [{"id": number, "action": "rewrite", "claims": [claim]}]


def _shorter(claim: dict[str, Any]) -> dict[str, Any]:
    """The claim of its first words alone."""
    evidence, words = claim["evidence"][0], _words(claim["evidence"][0]["quote"])
    quote = " ".join(words[: max(4, len(words) // 2)])
    return claim | {
        "evidence": [evidence | {"quote": quote}],
        "text": quote[:1].upper() + quote[1:].rstrip(",;:") + ".",
    }


def plan(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:  # noqa: ARG001 - the interface of `_ANSWERS`
    """Notes of about a dozen claims in the order of their numbers, titled by words of their first claim."""
    body = asked.question.partition("\nCLAIMS\n")[2].partition("\nQUOTES\n")[0]
    claims = [(int(n), text) for n, text in _CLAIM.findall(body)]
    groups = [claims[i : i + 12] for i in range(0, len(claims), 12)]
    if len(groups) > 1 and len(groups[-1]) < 6:
        groups[-2:] = [groups[-2] + groups[-1]]
    return {"entities": [], "notes": [_note(group) for group in groups], "unused": []}


def _note(group: Sequence[tuple[int, str]]) -> dict[str, Any]:
    numbers = [n for n, _ in group]
    rest = numbers[2:]
    sections = [rest[i : i + 5] for i in range(0, len(rest), 5)]
    return {
        "title": " ".join(w.strip(".,;:!?") for w in _words(group[0][1])[:4]),
        "aliases": [],
        "lead": _steps(numbers[:2]),
        "callout": 0,
        "sections": [
            {"heading": f"Part {_LETTERS[k % 26]}", "paragraphs": [_steps(s[:3]), _steps(s[3:])], "callout": 0}
            if len(s) > 3
            else {"heading": f"Part {_LETTERS[k % 26]}", "paragraphs": [_steps(s)], "callout": 0}
            for k, s in enumerate(sections)
        ],
    }


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _steps(numbers: Iterable[int]) -> list[dict[str, Any]]:
    return [{"join": "", "claim": n} for n in numbers]


_ANSWERS: dict[str, Callable[[Asked, Behaviour], dict[str, Any]]] = {
    "outline_draft": outline,
    "mend_draft": mend,
    "judge_draft": lambda asked, _: asked.judge(asked.question),
    "plan_draft": plan,
}


def main() -> None:
    """Serves until Enter is pressed: `python -m tests.scripted_server --port 8099 good outside 'good*5' hang`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("behaviours", nargs="*", help="in turn, over and over; NAME*3 means three times: good")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    turns: list[Behaviour] = []
    for given in options.behaviours or ["good"]:
        name, _, times = given.partition("*")
        if name not in get_args(Behaviour):
            parser.error(f"unknown behaviour {name}; known: {', '.join(get_args(Behaviour))}")
        turns += [name] * int(times or 1)
    with ScriptedServer(lambda asked: turns[asked.number % len(turns)], options.delay, port=options.port) as server:
        sys.stdout.write(f"{server.url} (Enter ends it)\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(f"{server.calls} requests: {dict(server.kinds)}\n")


if __name__ == "__main__":
    main()
