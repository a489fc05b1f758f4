"""Groups of English words that exclude each other, as whole: whatever "rises" does not "drop"."""

from itertools import product

_SCALES = """
rise rises rose risen rising grow grew grown increase climb climbed soar surge expand swell swelled multiply skyrocket
| fall falls fell fallen falling drop decline decrease shrink shrank shrunk reduce dwindle sink sank plunge plummet
diminish contract

begin began begun beginning start launch commence initiate
| finish finished ceased conclude halt halted stop stopped

allow permit enable legalize authorize | forbid forbade forbidden ban prohibit prevent block outlaw bar

support supports praise endorse favor welcome champion embrace applaud commend
| oppose criticize condemn denounce reject dismiss disparage

succeed success successful win won triumph thrive flourish | fail failure lose lost collapse flop

easy easily simple straightforward trivial effortless | hard difficult complex complicated tricky challenging tough
laborious

fast quick quickly rapid rapidly swift swiftly speedy | slow slowly sluggish gradual gradually

expensive costly dear pricey dearer | cheap cheaply inexpensive affordable cheaper

rich wealthy affluent prosperous | poor impoverished

big large huge enormous vast giant massive gigantic bigger larger biggest largest
| small tiny minute minuscule smaller tiniest smallest

love loves adore enjoy fond | hate dislike loathe detest despise

accept adopt approve agree consent | refuse reject decline disapprove disagree

always often usually frequently regularly constantly commonly routinely
| never rarely seldom infrequently

steep steeper steepen | shallow shallower flat flatten flatter

strong strengthen robust powerful stronger | weak weaken feeble fragile weaker

safe safer secure harmless | dangerous risky unsafe hazardous riskier

famous renowned celebrated prominent popular | obscure unknown forgotten unpopular

hopeful optimistic boyish upbeat cheerful | hopeless pessimistic gloomy despairing bitter

widen broaden widened | narrow narrowed

upside benefit advantage merit strength | downside drawback disadvantage flaw weakness

loud noisy | quiet silent soft softly quietly

ancient old older oldest | new newer newest modern recent

unlimited limitless endless infinite boundless | limited finite restricted empty

careful cautious prudent | careless reckless rash

public open openly | private secret secretly hidden

calm relaxed composed | anxious nervous agitated panicked

well badly brilliantly | badly poorly

maximize maximise maximum | minimize minimise minimum

lengthen extend prolong | shorten cut curtail

buy bought purchase | sell sold

win won winner victor victorious | lose lost loser defeated

precise exact accurate | rough vague approximate inaccurate imprecise

remember recall recollect | forget forgot forgotten

interesting fascinating exciting thrilling | boring dull tedious

useful valuable helpful worthwhile | useless worthless pointless

arrive come | depart leave

trust believe | doubt suspect distrust mistrust

same identical alike | different distinct unlike

early earlier earliest | late later latest

temporary temporarily brief | permanent permanently lasting

explicit explicitly | implicit implicitly

central centralized | decentralized distributed

together jointly | separately apart alone

messy messier | clean cleaner tidy simple simpler neat

more | fewer less

add adds added | remove removed subtract delete

hire hired recruit | fire fired dismiss dismissed sack

raise raised hike | lower lowered cut reduce

wide wider broad | narrow narrower

full crowded | empty deserted

young younger youngest | old older oldest elderly

ask asked request | answer answered reply

include included contain | exclude excluded omit

honest truthful sincere | dishonest lying deceitful

warm warmer hot hotter | cold colder cool cooler chilly
"""


def _pairs() -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for scale in _SCALES.strip().split("\n\n"):
        one, other = (side.split() for side in scale.split("|"))
        found.extend((a, b) for a, b in product(one, other) if a != b)
    return tuple(found)


SCALES = _pairs()
"""Every word of one end of a scale with every word of its other end."""
