"""What the rules of composing know about English. Other languages have no such rules yet and keep plain sentences."""

import regex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSSESSIVE = {"he": "His", "she": "Her", "it": "Its", "they": "Their"}
SUBJECT = {"he": "He", "she": "She", "it": "It", "they": "They"}

# Words before a surname that do not make it another person's.
HONORIFICS = _words("""
    mr mrs ms miss dr prof professor president comrade king queen general senator sir lord lady captain judge justice
    chancellor minister premier secretary saint st pope prince princess father mother uncle aunt brother sister young
    old
    """)

# Words that a sentence may begin with and that are no names. Only these are put into lower case without other proof.
STARTERS = _words("""
    a an the this that these those there it he she they we you his her its their our my your one some many most all
    every each no none both few several any another such what when where while who why how if in on at by for from to
    with without within under over after before during since until because although though as of and but or so not only
    even people everybody everyone nobody somebody someone something nothing everything
    """)

# After one of these an elided subject could be read as somebody else.
SUBORDINATE = regex.compile(
    r"(?i)[,;:()\"“”]|\b(?:because|that|which|who|whom|whose|when|where|while|if|although|though|after|before|since|"
    r"as(?! an? )|"
    r"until|unless|than|and|or|but|nor|so|what|how|why)\b"
)

# "also" comes after these and before any other verb.
AUXILIARIES = _words("is are was were can could will would shall should may might must")
NEGATION = regex.compile(r"(?i)\b(?:not|never|no|none|nothing|nobody|neither|nor|without|hardly|barely)\b|n['’]t\b")
SINGULAR_VERBS = _words("is was has does isn't wasn't hasn't doesn't")
FIRST_PERSON = regex.compile(
    r"\b(?:I|I['’]\w+|[Mm]e|[Mm]y|[Mm]yself|[Mm]ine|[Ww]e|[Ww]e['’]\w+|[Oo]ur|[Oo]urs|[Uu]s)\b"
)
# Capitals that name no person.
CALENDAR = _words("""
    January February March April May June July August September October November December Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday I
    """)
PLACE_WORDS = _words("in at across throughout near")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATED = regex.compile(rf"(?P<thing>[a-z][\w-]+) of (?:{_MONTHS}) \d{{4}}\b")
# A label that a speech recogniser gave, not a name.
LABEL = regex.compile(
    r"(?i)(?:speaker|spk|voice|person|unknown|host|guest|interviewer|interviewee)?[\s_#\-]*(?:\d+|[a-z])?"
)


def is_english(language: str) -> bool:
    """Whether the English rules apply; regional variants included."""
    return language.casefold().split("-")[0] == "en"
