"""A source that refused us, and until when it is left alone."""

from datetime import datetime

from pipeline.values.base import Value


class CoolDown(Value):
    """How often in a row a source refused us, and when it may be asked again. Both times are in UTC."""

    strikes: int
    refused: datetime
    until: datetime
