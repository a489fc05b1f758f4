"""A provider on the loopback: answers after a second what an honest model would, and counts tokens as providers do.

Its claims are made of the lines of the question, so that they can be proved, and have the number and the length that a
strong model gave when it was asked about a real talk: 3.6 a minute, one in four of them with two quotes, quotes of
about ten words. Its plans have notes of about twenty claims.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from benchmarks.counting import PrefixCache, tokenizer

_LINE = re.compile(r"^(\d+): (?:\([^)]*\) )?(.+)$", re.MULTILINE)
_CLAIM = re.compile(r"^(\d+): (?:\(view\) )?(.+)$", re.MULTILINE)
_A_MESSAGE = 4  # tokens around each message

Form = dict[str, Any]

DELAY_S = 1.0


@dataclass(frozen=True)
class Call:
    """One question and its answer, in tokens."""

    kind: str
    constant: int
    """Of the prompt: the rules and the schema, the same for every video."""
    prompt: int
    cached: int
    completion: int
    begun: float
    ended: float


@dataclass
class Provider:
    """Begin with `with Provider(…) as provider`, then ask `provider.url`.

    Args:
        claims_a_line: how many claims a line of the transcript gives on average.
        delay_s: before every answer.
    """

    claims_a_line: float
    delay_s: float = DELAY_S
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens, self.counted_by = tokenizer()
        self._cache = PrefixCache()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.provider = self
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def count(self, text: str) -> int:
        return len(self._tokens(text))

    def answered(self, body: Form) -> Form:
        """The completion for a request, after the delay."""
        begun = time.perf_counter()
        form = body.get("response_format", {}).get("json_schema", {})
        text = _answer(form.get("name", ""), body, self.claims_a_line)
        schema = json.dumps(form["schema"], separators=(",", ":")) if form else ""
        system = [m["content"] for m in body["messages"] if m["role"] == "system"]
        others = [m["content"] for m in body["messages"] if m["role"] != "system"]
        rules = self._tokens("\n".join([schema, *system]))
        with self._lock:
            question = [*rules, *self._tokens("\n".join(others))]
            cached = self._cache.read(question)
        time.sleep(max(0.0, begun + self.delay_s - time.perf_counter()))
        prompt = len(question) + _A_MESSAGE * len(body["messages"])
        call = Call(
            form.get("name", "article"), len(rules), prompt, cached, self.count(text), begun, time.perf_counter()
        )
        with self._lock:
            self.calls.append(call)
        return _completion(body["model"], text, call)


def _completion(model: str, text: str, call: Call) -> Form:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {
            "prompt_tokens": call.prompt,
            "completion_tokens": call.completion,
            "total_tokens": call.prompt + call.completion,
            "prompt_tokens_details": {"cached_tokens": call.cached},
        },
    }


class _Server(ThreadingHTTPServer):
    provider: Provider
    daemon_threads = True
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sent = json.dumps(self.server.provider.answered(body)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


def _answer(kind: str, body: Form, claims_a_line: float) -> str:
    question = next(m["content"] for m in body["messages"] if m["role"] == "user")
    if kind == "outline_draft":
        form = _outline(question, claims_a_line)
    elif kind == "plan_draft":
        form = _plan(question)
    elif kind == "mend_draft":
        form = {
            "repairs": [
                {"id": int(i), "action": "drop", "claims": []}
                for i in re.findall(r"^id (\d+):", question, re.MULTILINE)
            ]
        }
    else:
        return " word" * int(body["answer_tokens"])
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"))


def _outline(question: str, claims_a_line: float) -> Form:
    lines = [(int(n), text.split()) for n, text in _LINE.findall(question.partition("\nCORE\n")[2])]
    limit = int(re.findall(r"At most (\d+) claims", question)[-1])
    told = sorted((line for line in lines if len(line[1]) >= 7), key=lambda line: -len(line[1]))
    wanted = min(limit, round(claims_a_line * len(lines)))
    chosen = [*sorted(told[:wanted]), *_seconds(told[: max(0, wanted - len(told))])]
    claims = [_claim(number, words, place) for place, (number, words) in enumerate(sorted(chosen))]
    callouts = [
        {"line": n, "quote": " ".join(words), "speaker": "", "title": " ".join(words[:4])} for n, words in told[-2:]
    ]
    return {"claims": claims, "callouts": callouts}


def _seconds(lines: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The second half of long lines: where there are few lines, a line gives two claims."""
    return ((number, words[len(words) // 2 :]) for number, words in lines if len(words) >= 14)


def _claim(number: int, words: list[str], place: int) -> Form:
    """A sentence of up to fifteen words of the line; every fourth is proved by two pieces of it."""
    said = words[:15]
    pieces = [said[:6], said[6:]] if place % 4 == 3 and len(said) >= 12 else [said[: 9 + place % 3]]
    opening = 2 + place % 3
    return {
        "evidence": [f"{number}: {' '.join(piece)}" for piece in pieces],
        "subject": " ".join(said[:opening]),
        "predicate": " ".join(said[opening:]).rstrip(".,;:?!") + ".",
        "voice": "view" if place % 6 == 5 else "told",
    }


def _plan(question: str) -> Form:
    listed = question.partition("\nCLAIMS\n")[2].partition("\nQUOTES\n")[0]
    claims = [(int(n), text.split()) for n, text in _CLAIM.findall(listed)]
    kept = [claim for place, claim in enumerate(claims) if place % 20 != 19]
    size = -(-len(kept) // max(1, round(len(kept) / 21)))
    groups = [kept[i : i + size] for i in range(0, len(kept), size)]
    entities = [
        {"name": " ".join(words[:2]), "full": " ".join(words[:3]), "pronoun": "it", "short": words[0]}
        for _, words in claims[:: max(1, len(claims) // 10)]
    ]
    repeats = [number for place, (number, _) in enumerate(claims) if place % 20 == 19]
    unused = {"repeats": repeats, "off_topic": [], "too_thin": [], "unclear": []}
    return {"entities": entities, "notes": [_note(group) for group in groups if group], "unused": unused}


def _note(group: Sequence[tuple[int, list[str]]]) -> Form:
    texts = [words for _, words in group]
    numbers = [number for number, _ in group]
    sections = [numbers[i : i + 6] for i in range(3, len(numbers), 6)]
    return {
        "title": " ".join(texts[0][:4]),
        "aliases": [" ".join(words[:2]) for words in texts[:3]],
        "lead": " ".join(map(str, numbers[:3])),
        "sections": [
            {
                "heading": " ".join(texts[k % len(texts)][:3]),
                "paragraphs": [_joined(s[:3]), *([_joined(s[3:])] if s[3:] else [])],
            }
            for k, s in enumerate(sections, 1)
        ],
    }


def _joined(numbers: Sequence[int]) -> str:
    first, *rest = map(str, numbers)
    return " ".join([first, *rest[:-1], *(["and", rest[-1]] if rest else [])])
