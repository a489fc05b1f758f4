"""Answers of YouTube's list pages and of feeds, written by us after the shape of the real ones."""

import json
from typing import Any

CHANNEL_ID = "UCabcdefghijklmnopqrstuv"
PLAYLIST_ID = "PLabcdefghijklmnopqrstuvwxyz012345"
VIDEOS = (
    ("aaaaaaaaaaA", "Lecture one: tides", "12:30", "1,200 views", "2 days ago"),
    ("bbbbbbbbbbA", "A short hello", "0:45", "90,000 views", "3 months ago"),
    ("cccccccccccA"[:10] + "A", "Lecture two: moons", "1:02:03", "800 views", "2 years ago"),
)


def _page(data: dict[str, Any]) -> bytes:
    context = {"INNERTUBE_CONTEXT": {"client": {"clientName": "WEB", "clientVersion": "2.20250101.00.00", "hl": "en"}}}
    config = {"INNERTUBE_API_KEY": "AIzaTest", "INNERTUBE_CONTEXT_CLIENT_NAME": 1, **context}
    return (
        f"<html><script>ytcfg.set({json.dumps(config)});</script>"
        f"<script>var ytInitialData = {json.dumps(data)};</script></html>"
    ).encode()


def _video(video: tuple[str, str, str, str, str]) -> dict[str, Any]:
    identity, title, length, views, age = video
    return {
        "videoId": identity,
        "title": {"runs": [{"text": title}]},
        "lengthText": {"simpleText": length},
        "viewCountText": {"simpleText": views},
        "publishedTimeText": {"simpleText": age},
        "navigationEndpoint": {"watchEndpoint": {"videoId": identity}},
    }


def channel_page() -> bytes:
    """The videos tab of a channel."""
    items = [{"richItemRenderer": {"content": {"videoRenderer": _video(v)}}} for v in VIDEOS]
    tab = {
        "selected": True,
        "title": "Videos",
        "endpoint": {"commandMetadata": {"webCommandMetadata": {"url": "/@tides/videos"}}},
        "content": {"richGridRenderer": {"contents": items}},
    }
    about = {"title": "Tides and Moons", "externalId": CHANNEL_ID, "vanityChannelUrl": "http://www.youtube.com/@tides"}
    return _page(
        {
            "metadata": {"channelMetadataRenderer": about},
            "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": tab}]}},
        }
    )


def playlist_page() -> bytes:
    """A playlist."""
    items = [{"playlistVideoRenderer": {**_video(v), "shortBylineText": {"runs": [{"text": "Tides"}]}}} for v in VIDEOS]
    inner = {"playlistVideoListRenderer": {"contents": items, "playlistId": PLAYLIST_ID}}
    section = {"sectionListRenderer": {"contents": [{"itemSectionRenderer": {"contents": [inner]}}]}}
    return _page(
        {
            "metadata": {"playlistMetadataRenderer": {"title": "All of the sea"}},
            "contents": {
                "twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": {"selected": True, "content": section}}]}
            },
        }
    )


def channel_feed() -> bytes:
    """The feed of a channel, as YouTube's `/feeds/videos.xml` has it."""
    entries = "".join(
        f"<entry><id>yt:video:{v[0]}</id><yt:videoId>{v[0]}</yt:videoId><yt:channelId>{CHANNEL_ID}</yt:channelId>"
        f'<title>{v[1]}</title><link rel="alternate" href="https://www.youtube.com/watch?v={v[0]}"/>'
        f"<author><name>Tides and Moons</name></author><published>{day}T08:00:00+00:00</published>"
        f'<media:group><media:community><media:statistics views="{views}"/></media:community></media:group></entry>'
        for v, day, views in zip(VIDEOS, ("2026-11-20", "2026-08-20", "2024-11-20"), (1200, 90000, 800), strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Tides and Moons</title>{entries}</feed>"
    ).encode()


def podcast_feed(address: str) -> bytes:
    """A podcast whose files lie at an address; its third episode has no transcript."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"
     xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>The Sea &amp; Us</title><language>en-gb</language>
<item><title>Tides</title><guid>ep-1</guid><link>https://example.org/tides</link>
  <pubDate>Tue, 02 Jan 2024 10:00:00 GMT</pubDate><itunes:duration>0:30</itunes:duration>
  <enclosure url="{address}/1.mp3" type="audio/mpeg" length="1"/>
  <podcast:transcript url="{address}/1.html" type="text/html"/>
  <podcast:transcript url="{address}/1.vtt" type="text/vtt" language="en"/>
  <podcast:transcript url="{address}/1.json" type="application/json"/></item>
<item><title>Moons</title><guid>ep-2</guid><pubDate>Tue, 06 Feb 2024 10:00:00 GMT</pubDate>
  <itunes:duration>1:02:03</itunes:duration><enclosure url="{address}/2.mp3" type="audio/mpeg" length="1"/>
  <podcast:transcript url="2.srt" type="application/x-subrip"/></item>
<item><title>Silence</title><guid>ep-3</guid><enclosure url="{address}/3.wav" type="audio/wav" length="1"/></item>
</channel></rss>""".encode()
