"""How models say that they will not, or cannot, write the note."""

import re

_TEXT = r"(?:transcript|transcription|text|video|excerpt|content)s?"
_NO_NEWS = r"\bno (?:relevant |specific )?information"
_LACKS = r"(?:does not|doesn['’]t|do not|don['’]t|did not|contains no|provides no|has no|lacks)"
_TELLS = r"(?:contain|include|provide|discuss|mention|address|cover|information|content|details|reference)"
_HELP = r"(?:provide|create|write|generate|fulfill|assist|help|access|find|comply)"
_THIS_TEXT = rf"\b(?:the|this|your) (?:provided |given |supplied )?{_TEXT}(?: provided| given)?"
_SORRY = r"\bI(?:['’]m| am)(?: very| so)? (?:sorry|unable|not able)"

_PHRASES = (
    rf"{_THIS_TEXT} {_LACKS}\b[^.\n]{{0,50}}\b{_TELLS}",
    rf"{_SORRY}\b[^.\n]{{0,60}}\b(?:cannot|can['’]t|unable|but|to {_HELP})\b",
    rf"\bI (?:cannot|can['’]t|could not|couldn['’]t|am not able to) {_HELP}\b",
    r"\bas an AI(?: language)? (?:model|assistant)\b",
    rf"{_NO_NEWS} (?:about|regarding|on|concerning|related)\b[^.\n]{{0,80}}\b{_TEXT}\b",
    rf"{_NO_NEWS} (?:was|is|could be) (?:found|provided|available)\b[^.\n]{{0,40}}\b{_TEXT}",
    rf"\bplease provide (?:the|a|me)\b[^.\n]{{0,40}}\b{_TEXT}",
    r"\bdas (?:bereitgestellte |vorliegende )?Transkript (?:enthält|liefert|bietet) keine\b",
    r"\bla (?:transcription|retranscription)(?: fournie)? ne (?:contient|mentionne|fournit)\b",
    r"\bla transcripción(?: proporcionada)? no (?:contiene|menciona|proporciona|incluye)\b",
    r"\ba transcrição(?: fornecida)? não (?:contém|menciona|fornece|inclui)\b",
)

REFUSAL = re.compile("|".join(_PHRASES), re.IGNORECASE)
