"""Shapes of services and programs, each as that program writes it: what is read of it, and what is reported."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.causes import Malformed
from pipeline.sources.files import read_text, transcript_files
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.reading import Reading


def ordered(text: str) -> tuple[Reading, Ordered]:
    reading = read_text(text, "talk")
    return reading, put_in_order(reading.cues, reading.repairs, one_clock=not reading.tracks)


def said(text: str) -> list[tuple[int, str | None, str]]:
    return [(s.start_ms, s.speaker, s.text) for s in ordered(text)[1].segments]


def repairs(text: str) -> dict[str, int]:
    return {r.kind: r.count for r in ordered(text)[1].repairs}


TWO = [(1_000, None, "Is it so?"), (4_500, None, "It is.")]
BY_TWO = [(1_000, "Ada", "Is it so?"), (4_500, "Bo", "It is.")]

DEEPGRAM = {
    "metadata": {"duration": 6.0},
    "results": {
        "channels": [
            {
                "alternatives": [
                    {
                        "transcript": "Is it so? It is.",
                        "words": [
                            {"word": "is", "start": 1.0, "end": 1.2, "speaker": 0, "punctuated_word": "Is"},
                            {"word": "it", "start": 1.2, "end": 1.4, "speaker": 0, "punctuated_word": "it"},
                            {"word": "so", "start": 1.4, "end": 1.9, "speaker": 0, "punctuated_word": "so?"},
                            {"word": "it", "start": 4.5, "end": 4.7, "speaker": 1, "punctuated_word": "It"},
                            {"word": "is", "start": 4.7, "end": 4.9, "speaker": 1, "punctuated_word": "is."},
                        ],
                    }
                ]
            }
        ]
    },
}
ASSEMBLY = {
    "text": "Is it so? It is.",
    "language_code": "en_us",
    "words": [
        {"text": "Is", "start": 1000, "end": 1200, "confidence": 0.9, "speaker": "A"},
        {"text": "it", "start": 1200, "end": 1400, "confidence": 0.9, "speaker": "A"},
        {"text": "so?", "start": 1400, "end": 1900, "confidence": 0.9, "speaker": "A"},
        {"text": "It", "start": 4500, "end": 4700, "confidence": 0.9, "speaker": "B"},
        {"text": "is.", "start": 4700, "end": 4900, "confidence": 0.9, "speaker": "B"},
    ],
    "utterances": [
        {"speaker": "A", "text": "Is it so?", "start": 1000, "end": 1900, "words": []},
        {"speaker": "B", "text": "It is.", "start": 4500, "end": 4900, "words": []},
    ],
    "chapters": [{"summary": "A talk of something else", "headline": "x", "start": 0, "end": 9000}],
    "entities": [{"text": "quite another thing", "entity_type": "x", "start": 0, "end": 100}],
}
GOOGLE = {
    "results": [
        {
            "alternatives": [
                {
                    "transcript": "Is it so?",
                    "words": [
                        {"startTime": "1s", "endTime": "1.200s", "word": "Is", "speakerTag": 1},
                        {"startTime": "1.200s", "endTime": "1.4s", "word": "it", "speakerTag": 1},
                        {"startTime": "1.4s", "endTime": "1.900s", "word": "so?", "speakerTag": 1},
                    ],
                },
                {"transcript": "Is it sew?", "words": [{"startTime": "1s", "endTime": "2s", "word": "sew"}]},
            ]
        },
        {
            "alternatives": [
                {
                    "words": [
                        {"startTime": {"seconds": "4", "nanos": 500000000}, "word": "It", "speakerTag": 2},
                        {"startTime": {"seconds": "4", "nanos": 700000000}, "word": "is.", "speakerTag": 2},
                    ]
                }
            ]
        },
    ]
}
AMAZON = {
    "jobName": "x",
    "results": {
        "transcripts": [{"transcript": "Is it so? It is."}],
        "items": [
            {"start_time": "1.0", "end_time": "1.2", "alternatives": [{"content": "Is"}], "type": "pronunciation"},
            {"start_time": "1.2", "end_time": "1.4", "alternatives": [{"content": "it"}], "type": "pronunciation"},
            {"start_time": "1.4", "end_time": "1.9", "alternatives": [{"content": "so"}], "type": "pronunciation"},
            {"alternatives": [{"content": "?"}], "type": "punctuation"},
            {"start_time": "4.5", "end_time": "4.7", "alternatives": [{"content": "It"}], "type": "pronunciation"},
            {"start_time": "4.7", "end_time": "4.9", "alternatives": [{"content": "is"}], "type": "pronunciation"},
            {"alternatives": [{"content": "."}], "type": "punctuation"},
        ],
    },
}
REV = {
    "monologues": [
        {
            "speaker": 0,
            "elements": [
                {"type": "text", "value": "Is", "ts": 1.0, "end_ts": 1.2},
                {"type": "punct", "value": " "},
                {"type": "text", "value": "it", "ts": 1.2, "end_ts": 1.4},
                {"type": "punct", "value": " "},
                {"type": "text", "value": "so", "ts": 1.4, "end_ts": 1.9},
                {"type": "punct", "value": "?"},
            ],
        },
        {
            "speaker": 1,
            "elements": [
                {"type": "text", "value": "It", "ts": 4.5, "end_ts": 4.7},
                {"type": "punct", "value": " "},
                {"type": "text", "value": "is", "ts": 4.7, "end_ts": 4.9},
                {"type": "punct", "value": "."},
            ],
        },
    ]
}
ELEVEN = {
    "language_code": "eng",
    "text": "Is it so? It is.",
    "words": [
        {"text": "Is", "start": 1.0, "end": 1.2, "type": "word", "speaker_id": "speaker_0"},
        {"text": " ", "start": 1.2, "end": 1.2, "type": "spacing", "speaker_id": "speaker_0"},
        {"text": "it", "start": 1.2, "end": 1.4, "type": "word", "speaker_id": "speaker_0"},
        {"text": "so?", "start": 1.4, "end": 1.9, "type": "word", "speaker_id": "speaker_0"},
        {"text": "It", "start": 4.5, "end": 4.7, "type": "word", "speaker_id": "speaker_1"},
        {"text": "is.", "start": 4.7, "end": 4.9, "type": "word", "speaker_id": "speaker_1"},
    ],
}
AZURE = {
    "recognizedPhrases": [
        {
            "offset": "PT1S",
            "duration": "PT0.9S",
            "offsetInTicks": 10000000.0,
            "durationInTicks": 9000000.0,
            "speaker": 1,
            "nBest": [{"lexical": "is it so", "display": "Is it so?"}, {"lexical": "x", "display": "X."}],
        },
        {
            "offset": "PT4.5S",
            "offsetInTicks": 45000000.0,
            "durationInTicks": 4000000.0,
            "speaker": 2,
            "nBest": [{"lexical": "it is", "display": "It is."}],
        },
    ]
}
AZURE_SDK = [
    {"Offset": 10000000, "Duration": 9000000, "DisplayText": "Is it so?", "RecognitionStatus": "Success"},
    {"Offset": 45000000, "Duration": 4000000, "DisplayText": "It is.", "RecognitionStatus": "Success"},
]
INDEXER = {
    "videos": [
        {
            "insights": {
                "transcript": [
                    {"text": "Is it so?", "speakerId": 1, "instances": [{"start": "0:00:01", "end": "0:00:01.9"}]},
                    {"text": "It is.", "speakerId": 2, "instances": [{"start": "0:00:04.5", "end": "0:00:04.9"}]},
                ]
            }
        }
    ]
}
VOSK = """{
  "result" : [{"conf" : 1.0, "end" : 1.2, "start" : 1.0, "word" : "is"}, {"conf" : 1.0, "end" : 1.9, "start" : 1.2,
  "word" : "it"}], "text" : "is it"
}
{
  "result" : [{"conf" : 1.0, "end" : 4.9, "start" : 4.5, "word" : "so"}], "text" : "so"
}
"""
PANEL = {
    "actions": [
        {
            "initialSegments": [
                {
                    "transcriptSegmentRenderer": {
                        "startMs": "1000",
                        "endMs": "1900",
                        "snippet": {"runs": [{"text": "Is it "}, {"text": "so?"}]},
                        "startTimeText": {"simpleText": "0:01"},
                    }
                },
                {
                    "transcriptSegmentRenderer": {
                        "startMs": "4500",
                        "endMs": "4900",
                        "snippet": {"runs": [{"text": "It is."}]},
                    }
                },
            ]
        }
    ]
}
AENEAS = {
    "fragments": [
        {"begin": "1.000", "end": "1.900", "id": "f1", "language": "eng", "lines": ["Is it", "so?"]},
        {"begin": "4.500", "end": "4.900", "id": "f2", "language": "eng", "lines": ["It is."]},
    ]
}
DOCUMENTS = [
    {"page_content": "Is it so?", "metadata": {"source": "x", "start_seconds": 1, "start_timestamp": "00:00:01"}},
    {"page_content": "It is.", "metadata": {"source": "x", "start_seconds": 4.5}},
]
PODCAST = {
    "version": "1.0.0",
    "segments": [
        {"speaker": "Ada", "startTime": 1.0, "endTime": 1.9, "body": "Is it so?"},
        {"speaker": "Bo", "startTime": 4.5, "endTime": 4.9, "body": "It is."},
    ],
}
SPEAKERS = [(1_000, "Speaker 0", "Is it so?"), (4_500, "Speaker 1", "It is.")]
SENTENCES = [
    {"input": "Is it so?", "translatedText": "Ist es so?", "model": "nmt", "n_reviews": 0, "start": 1.0, "end": 1.9},
    {"input": "It is.", "translatedText": "So ist es.", "model": "nmt", "n_reviews": 0, "start": 4.5, "end": 4.9},
]
FROM_ONE = [(1_000, "Speaker 1", "Is it so?"), (4_500, "Speaker 2", "It is.")]
LETTERS = [(1_000, "Speaker A", "Is it so?"), (4_500, "Speaker B", "It is.")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(DEEPGRAM, SPEAKERS, id="deepgram"),
        pytest.param(ASSEMBLY, LETTERS, id="assemblyai"),
        pytest.param(GOOGLE, FROM_ONE, id="google"),
        pytest.param(AMAZON, TWO, id="amazon"),
        pytest.param(REV, SPEAKERS, id="rev"),
        pytest.param(
            ELEVEN, [(1_000, "speaker_0", "Is it so?"), (4_500, "speaker_1", "It is.")], id="elevenlabs"
        ),
        pytest.param(AZURE, FROM_ONE, id="azure"),
        pytest.param(AZURE_SDK, TWO, id="azure-sdk"),
        pytest.param(INDEXER, FROM_ONE, id="video-indexer"),
        pytest.param(PANEL, TWO, id="youtube-panel"),
        pytest.param(AENEAS, TWO, id="aeneas"),
        pytest.param(DOCUMENTS, TWO, id="documents"),
        pytest.param(PODCAST, BY_TWO, id="podcast"),
        pytest.param(SENTENCES, [(1_000, None, "Ist es so?"), (4_500, None, "So ist es.")], id="translated-sentences"),
        pytest.param({"text": ["Is it so?", "It is."], "start": [1.0, 4.5]}, TWO, id="columns"),
        pytest.param({"1.0": "Is it so?", "4.5": "It is."}, TWO, id="by-time"),
        pytest.param({"00:01": {"text": "Is it so?"}, "00:00:04.5": {"text": "It is."}}, TWO, id="by-stamp"),
        pytest.param([[1.0, 1.9, "Is it so?"], [4.5, 4.9, "It is."]], TWO, id="rows"),
        pytest.param([[1.0, "Is it so?"], [4.5, "It is."]], TWO, id="rows-without-end"),
        pytest.param([["Is it so?", 1.0, 1.9], ["It is.", 4.5, 4.9]], TWO, id="rows-text-first"),
        pytest.param(
            [{"time": "0:01 - 0:04", "text": "Is it so?"}, {"time": "0:04.5 - 0:05", "text": "It is."}], TWO, id="spans"
        ),
        pytest.param(
            {"content": [{"lang": "en", "text": "Is it so?", "offset": 1000, "duration": 900},
                         {"lang": "en", "text": "It is.", "offset": 4500, "duration": 900}]}, TWO, id="supadata",
        ),
    ],
)  # fmt: skip
def test_json_of_services_is_read(value: Any, expected: list[tuple[int, str | None, str]]) -> None:
    assert said(json.dumps(value)) == expected
    assert "item of another list left out" not in repairs(json.dumps(value))


def test_json_objects_one_after_the_other_are_read() -> None:
    assert said(VOSK) == [(1_000, None, "is it"), (4_500, None, "so")]
    assert ordered(VOSK)[0].facts.trust == "automatic"


def test_segments_with_words_keep_the_segments() -> None:
    words = [{"word": w, "start": i, "end": i + 1, "score": 0.5} for i, w in enumerate(("Is", "it", "so?"))]
    value = {"segments": [{"start": 1.0, "end": 4.0, "text": " Is it so?", "words": words}], "word_segments": words}
    assert said(json.dumps(value)) == [(1_000, None, "Is it so?")]


def test_what_only_another_list_says_is_counted() -> None:
    value = {
        "en": [{"text": "Is it so, my dear friend?", "start": 1}, {"text": "It is.", "start": 4.5}],
        "de": [{"text": "Ist das so?", "start": 1}, {"text": "Ja.", "start": 4.5}],
    }
    assert len(said(json.dumps(value))) == 2
    assert repairs(json.dumps(value))["item of another list left out"] == 2


def test_a_broken_item_costs_itself_and_is_counted() -> None:
    items = [json.dumps({"text": f"word {i}", "start": i}) for i in range(9)]
    items[4] = items[4].replace('"start"', '"start" oops')
    text = f"[{', '.join(items)}]"
    assert [t for _, _, t in said(text)] == [f"word {i}" for i in range(9) if i != 4]
    assert repairs(text) == {"broken item left out": 1, "missing end": 8}


def test_a_comma_too_many_is_no_loss() -> None:
    assert said('[{"text": "Is it so?", "start": 1}, {"text": "It is.", "start": 4.5},\n]') == TWO
    assert "end of the file cut off" not in repairs('[{"text": "a b", "start": 1}, {"text": "c d", "start": 4.5},]')


@pytest.mark.parametrize(
    "text",
    [
        "[{'text': 'Is it so?', 'start': 1.0, 'duration': 2}, {'text': \"It is.\", 'start': 4.5, 'duration': nan}]",
        (
            "FetchedTranscript(snippets=[FetchedTranscriptSnippet(text='Is it so?', start=1.0, duration=2.5), "
            "FetchedTranscriptSnippet(text=\"It is.\", start=4.5, duration=1.0)], video_id='dQw4w9WgXcQ', "
            "language='English', language_code='en', is_generated=False)"
        ),
        (
            "[FetchedTranscriptSnippet(text='Is it so?', start=1.0, duration=2.5),\n"
            " FetchedTranscriptSnippet(text='It is.', start=4.5, duration=1.0)]"
        ),
        "[('Is it so?', 1.0, 2.0), ('It is.', 4.5, None)]",
    ],
)
def test_what_python_prints_is_read(text: str) -> None:
    assert said(text) == TWO


def test_a_quote_in_printed_python_stays_itself() -> None:
    text = repr([{"text": 'it\'s "so" (None) = {x}', "start": 1.0}, {"text": "back\\slash", "start": 2.0}])
    assert [t for _, _, t in said(text)] == ['it\'s "so" (None) = {x}', "back\\slash"]


ASS = r"""[Script Info]
; a comment
Title: A talk
[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:01.00,0:00:01.90,Default,Ada,0,0,0,,{\an8\i1}Is it\Nso?
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0{\p0}
Dialogue: 0,0:00:04.50,0:00:04.90,Default,Bo,0,0,0,,It is.
"""
SAMI = """<SAMI><HEAD><TITLE>A talk</TITLE></HEAD><BODY>
<SYNC Start=1000><P Class=ENCC>Is it<br>so?
<P Class=KRCC>그래?
<SYNC Start=1900><P Class=ENCC>&nbsp;
<SYNC Start=4500><P Class=ENCC>It <i>is.</i>
</BODY></SAMI>"""
LRC = """[ti:A talk]
[ar:Some channel]
[00:01.00]Is it so?
[00:01.90]
[00:04.50]<00:04.50> It <00:04.70> is.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(ASS, BY_TWO, id="ass"),
        pytest.param(SAMI, TWO, id="sami"),
        pytest.param(LRC, TWO, id="lrc"),
        pytest.param("{1}{1}10.000\n{10}{19}Is it|so?\n{45}{49}{Y:i}It is.\n", TWO, id="microdvd"),
        pytest.param("[10][19]Is it|so?\n[45][49]/It is.\n", TWO, id="mpl2"),
        pytest.param("start\tend\ttext\n1000\t1900\tIs it so?\n4500\t4900\tIt is.\n", TWO, id="whisper-tsv"),
        pytest.param('start,end,text\n1000,1900,Is it so?\n4500,4900,"It is."\n', TWO, id="whisper-cpp-csv"),
        pytest.param(
            "Start Time,End Time,Speaker,Transcript\n00:00:01.000,00:00:01.900,Ada,Is it so?\n"
            '00:00:04.500,00:00:04.900,Bo,"It is."\n', BY_TWO, id="csv",
        ),
        pytest.param("Timespan;Content;Speaker\n0:01.0 - 0:01.9;Is it so?;Ada\n0:04.5 - 0:04.9;It is.;Bo\n",
                     BY_TWO, id="nvivo"),
        pytest.param("1.000\t1.900\tIs it so?\n4.500000\t4.900000\tIt is.\n", TWO, id="audacity"),
        pytest.param("start (s)\ttext\n1.0\tIs it so?\n4.5\tIt is.\n", TWO, id="tsv"),
        pytest.param("WEBVTT\n\n1\n00:01.000 --> 00:01.900\nAda: Is it so?\n\n2\n00:04.500 --> 00:04.900\nBo: It is.\n",
                     [(1_000, None, "Ada: Is it so?"), (4_500, None, "Bo: It is.")], id="two-names-are-no-rule"),
        pytest.param("Ada Lovelace  0:01  \nIs it so?\n\nBo Li  0:04  \nIt is.\n",
                     [(1_000, "Ada Lovelace", "Is it so?"), (4_000, "Bo Li", "It is.")], id="otter"),
        pytest.param("Speaker 1 (00:01):\nIs it so?\n\nSpeaker 2 (00:04):\nIt is.\n",
                     [(1_000, "Speaker 1", "Is it so?"), (4_000, "Speaker 2", "It is.")], id="rev-text"),
        pytest.param("Speaker 1: (00:01)\nIs it so?\n\nSpeaker 2: (00:04)\nIt is.\n",
                     [(1_000, "Speaker 1", "Is it so?"), (4_000, "Speaker 2", "It is.")], id="rev-old"),
        pytest.param("0:01\n1 second\nIs it so?\n0:04\n4 seconds\nIt is.\n",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is.")], id="youtube-page"),
        pytest.param("0:01\nIs it so?\n1:04\n1 minute, 4 secondsIt is.\n" + "2:00\n" + "word " * 99,
                     [(1_000, None, "Is it so?"), (64_000, None, "It is."), (120_000, None, "word " * 98 + "word")],
                     id="youtube-page-joined"),
        pytest.param("[00:01](https://youtu.be/x?t=1) Is it so?\n[00:04](https://youtu.be/x?t=4) It is.\n",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is.")], id="linked"),
        pytest.param("| 00:01 | Is it so? |\n| 00:04 | It is. |\n",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is.")], id="markdown-table"),
        pytest.param("> [00:01] Is it so?\n> [00:04] It is.\n",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is.")], id="quoted"),
        pytest.param("[00:01] Is it so? [00:04] It is. [00:06] Indeed.",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is."), (6_000, None, "Indeed.")], id="one-line"),
        pytest.param("1.0: Is it so?\n4.5: It is.\n", TWO, id="seconds-and-colon"),
        pytest.param("00:00:01:00 - 00:00:02:12\nIs it so?\n\n00:00:04:12 - 00:00:05:00\nIt is.\n",
                     [(1_000, None, "Is it so?"), (4_000, None, "It is.")], id="frames"),
        pytest.param("**[00:01] Ada:** Is it so?\n**[00:04] Bo:** It is.\n",
                     [(1_000, None, "Ada: Is it so?"), (4_000, None, "Bo: It is.")], id="bold-with-name"),
        pytest.param('"Start","End","Text"\n"0:00:01","0:00:02","Is it\nso?"\n"0:00:04.5","0:00:05","It is."\n',
                     TWO, id="csv-of-several-lines"),
        pytest.param("\ufeff\ufeffwebvtt\n\n00:01.000 --> 00:01.900\nIs it so?\n\n00:04.500 --> 00:04.900\nIt is.\n",
                     TWO, id="two-marks-of-byte-order"),
        pytest.param("[1.0s] Is it so?\n[4.5s] It is.\n", TWO, id="seconds-in-brackets"),
        pytest.param("1.0s: Is it so?\n4.5s: It is.\n", TWO, id="bare-seconds"),
        pytest.param("1.00 - 1.90: Is it so?\n4.50 - 4.90: It is.\n", TWO, id="bare-second-spans"),
        pytest.param("<timedtext><text t='1000' d='900'>Is it so?</text><text t='4500' d='400'>It is.</text>"
                     "<text t='4600' append='1'>\n</text></timedtext>", TWO, id="srv2"),
        pytest.param("<transcript><text start='1' dur='.9'>Is it so?</text><text start='4.5' dur='.4'>It is.</text>"
                     "</transcript>", TWO, id="srv1"),
        pytest.param("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\nNOTE hi\nthere\n\n"
                     "00:01.000 --> 00:01.900 line:0 position:20% align:start\n<v Ada><i>Is</i> it so?</v>\n\n"
                     "NOTE again\n\n00:04.500 --> 00:04.900\n<v Bo>It is.</v>\n", BY_TWO, id="vtt-of-all-sorts"),
        pytest.param('1\n00:00:01,000 --> 00:00:01,900 X1:1 X2:2\n{\\an8}<font color="red">Is it so?</font>\n\n'
                     "2\n00:00:04,500 --&gt; 00:00:04,900\nIt is.\n", TWO, id="srt-of-all-sorts"),
    ],
)  # fmt: skip
def test_texts_of_programs_are_read(text: str, expected: list[tuple[int, str | None, str]]) -> None:
    assert said(text) == expected


def test_names_in_front_become_speakers_where_most_lines_have_one() -> None:
    turns = ["Ada King: Is it so?", "Bo: It is.", "Ada King: Note: this is hot.", "Bo: Well.", "and so on"]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{i}.000 --> 00:0{i}.900\n{turn}" for i, turn in enumerate(turns))
    assert [(speaker, words) for _, speaker, words in said(text)] == [
        ("Ada King", "Is it so?"),
        ("Bo", "It is."),
        ("Ada King", "Note: this is hot."),
        ("Bo", "Well."),
        (None, "and so on"),
    ]


HLS = """WEBVTT
X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000

00:01.000 --> 00:03.000
Is it so?

WEBVTT
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:1800000

00:00.000 --> 00:01.000
It is.

WEBVTT
X-TIMESTAMP-MAP=MPEGTS:1800000,LOCAL:00:00:00.000

00:00.000 --> 00:01.000
It is.

00:02.000 --> 00:03.000
Indeed.
"""


def test_parts_of_a_stream_are_put_on_one_clock() -> None:
    assert said(HLS) == [(1_000, None, "Is it so?"), (10_000, None, "It is."), (12_000, None, "Indeed.")]
    assert repairs(HLS) == {"part moved by its X-TIMESTAMP-MAP": 2, "cue given twice": 1}
    assert ordered(HLS)[0].shape == "WebVTT of HLS parts"


def test_the_clock_of_a_stream_may_wrap() -> None:
    near_the_end = 2**33 - 90_000
    text = HLS.replace("900000", str(near_the_end)).replace("1800000", str(9 * 90_000))
    text = text.replace(f"1{near_the_end}", str(9 * 90_000))
    assert [start for start, _, _ in said(text)][:2] == [1_000, 10_000]


def test_a_part_with_its_own_clock_comes_behind_the_part_before() -> None:
    def part(words: str, step: int) -> str:
        return "".join(
            f"00:{i * step // 60:02}:{i * step % 60:02},000 --> 00:59:00,000\n{words} {i}\n\n" for i in range(20)
        )

    text = part("in the first part we said", 7) + part("and in the second part it was", 6)
    found = said(text)
    assert [words for _, _, words in found] == [
        *(f"in the first part we said {i}" for i in range(20)),
        *(f"and in the second part it was {i}" for i in range(20)),
    ]
    assert repairs(text)["clock restarted, moved behind the part before"] == 20


def test_a_second_language_below_the_first_is_no_new_part() -> None:
    one = "".join(
        f"00:{i:02}:00,000 --> 00:{i:02}:09,000\nwhat is it that we are going to do {i}\n\n" for i in range(9)
    )
    two = "".join(f"00:{i:02}:02,000 --> 00:{i:02}:08,000\nund was ist es das wir nun machen {i}\n\n" for i in range(9))
    assert "clock restarted, moved behind the part before" not in repairs(one + two)


def test_one_absurd_time_is_mended_by_its_neighbours() -> None:
    text = "".join(
        f"{h}:00:0{i},000 --> {h}:00:0{i},900\nline number {i}\n\n"
        for i, h in enumerate(["00", "00", "99", "00", "00"])
    )
    assert [words for _, _, words in said(text)] == [f"line number {i}" for i in range(5)]
    assert repairs(text)["absurd time taken from the cue before"] == 1
    late = text.replace("99:", "999999:")
    assert [words for _, _, words in said(late)] == [f"line number {i}" for i in range(5)]
    assert repairs(late)["missing time taken from the cue before"] == 1


def test_times_that_cannot_be_read_cost_no_words() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n0x:00:03,000 --> 00:00:04,000\ntwo\n\n3\n--> 00:00:06,000\nthree\n"
    )
    assert [words for _, _, words in said(text)] == ["one", "two", "three"]
    assert repairs(text)["missing time taken from the cue before"] == 2


def test_lines_above_the_first_time_are_counted() -> None:
    assert repairs("My title\n\n1\n00:00:01,000 --> 00:00:02,000\none\n")["line above the first time left out"] == 1
    assert "line above the first time left out" not in repairs("1\n00:00:01,000 --> 00:00:02,000\none\n")
    assert repairs("My talk\nby me\n[00:01] one two\n[00:02] three\n")["line above the first time left out"] == 2


def test_xml_that_is_not_well_formed_is_read_loosely() -> None:
    first, second = '<text start="1" dur="2">a < b & AT&T</text>', '<text start="4.5">it&nbsp;is &lt;b&gt;</text>'
    text = f"<transcript>{first}{second}</transcript>"
    assert said(text) == [(1_000, None, "a < b & AT&T"), (4_500, None, "it is")]
    assert repairs(text)["broken XML read loosely"] == 1
    entities = text.replace("a < b", "a b")
    assert said(entities)[0] == (1_000, None, "a b & AT&T")
    assert repairs(entities)["bare & in XML"] == 3


def test_times_of_ttml_count_from_what_is_around_them() -> None:
    inner = '<div begin="2s"><p begin="1s" end="2s">one</p><p>two</p></div>'
    text = f'<tt xmlns="http://www.w3.org/ns/ttml"><body begin="1s">{inner}</body></tt>'
    assert said(text) == [(3_000, None, "two"), (4_000, None, "one")]


def test_a_line_break_in_html_joins_no_words() -> None:
    assert said("1\n00:00:01,000 --> 00:00:02,000\none<br>two<BR />three\n") == [(1_000, None, "one two three")]


def test_a_table_without_a_time_is_no_transcript(tmp_path: Path) -> None:
    rows = "".join(f"ada{i}@x.example,bo@x.example,Hello number {i}\n" for i in range(9))
    path = tmp_path / "mail.csv"
    path.write_text(f"from,to,content\n{rows}", encoding="utf-8")
    assert transcript_files(tmp_path) == []
    with pytest.raises(Malformed, match="none of their times"):
        read_text(path.read_text(encoding="utf-8"), "mail.csv")


def test_ticks_of_a_long_talk_are_times() -> None:
    value = [
        {"Offset": i * 600_000_000, "Duration": 90_000_000, "DisplayText": f"minute number {i}"} for i in range(90)
    ]
    assert said(json.dumps(value))[-1] == (89 * 60_000, None, "minute number 89")


@pytest.mark.parametrize("digits", [20, 400, 4_000])
@pytest.mark.parametrize("field", ["start", "duration", "offset", "end", "startMs", "tStartMs"])
def test_numbers_too_large_for_any_reckoning_are_no_times(digits: int, field: str) -> None:
    items = [
        {"text": f"word {i}", "start": i, "duration": 1} | ({field: int("9" * digits)} if i == 2 else {})
        for i in range(5)
    ]
    assert [text for _, _, text in said(json.dumps(items))] == [f"word {i}" for i in range(5)]


def test_a_rate_of_no_frames_is_no_rate() -> None:
    assert said("{1}{1}00.00\n{25}{50}Is it so?") == [(40, None, "00.00"), (1_000, None, "Is it so?")]
