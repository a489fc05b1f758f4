"""Pairs of words that exclude each other, for each language that has a list."""

from functools import cache

from pipeline.language.folding import folded
from pipeline.language.lexicon import lexicon
from pipeline.language.scales import SCALES
from pipeline.language.stemming import stem
from pipeline.language.subtags import primary_subtag

_PAIRS = {
    "en": """
    good/bad good/evil good/poor great/terrible better/worse best/worst big/small big/little large/small huge/tiny
    large/tiny larger/smaller bigger/smaller high/low higher/lower highest/lowest more/less more/fewer most/least
    many/few long/short longer/shorter longest/shortest fast/slow faster/slower quick/slow easy/hard easy/difficult
    easier/harder simple/complex simple/complicated simple/hard simplest/hardest early/late earlier/later
    earliest/latest first/last before/after begin/end begins/ends beginning/end start/end start/stop start/finish
    starts/stops started/stopped open/close opened/closed open/shut rise/fall rises/falls rose/fell increase/decrease
    increase/reduce increased/decreased increases/decreases increasing/decreasing grow/shrink grew/shrank
    expand/contract expand/shrink gain/lose gained/lost gain/loss profit/loss win/lose won/lost wins/loses
    winner/loser
    succeed/fail succeeded/failed success/failure successful/unsuccessful accept/reject accepted/rejected
    agree/disagree allow/forbid allow/prevent allow/prohibit allowed/forbidden allowed/banned permit/forbid
    love/hate loves/hates loved/hated like/dislike likes/dislikes support/oppose supports/opposes supported/opposed
    praise/criticize praise/criticise praised/criticized praises/criticizes attack/defend attacked/defended
    encourage/discourage encouraged/discouraged help/harm help/hurt helps/hurts helpful/harmful beneficial/harmful
    benefit/harm useful/useless safe/dangerous safe/unsafe safer/riskier strong/weak stronger/weaker strength/weakness
    rich/poor wealthy/poor expensive/cheap hot/cold warm/cool warmer/cooler light/dark light/heavy bright/dark
    full/empty new/old newer/older young/old younger/older true/false right/wrong right/left correct/incorrect
    correct/wrong positive/negative positively/negatively optimistic/pessimistic optimist/pessimist happy/sad
    happy/unhappy friend/enemy ally/enemy peace/war alive/dead life/death live/die lived/died born/died birth/death
    love/fear public/private human/machine male/female man/woman men/women boy/girl father/mother brother/sister
    son/daughter husband/wife king/queen upward/downward above/below inside/outside
    forward/backward forwards/backwards north/south east/west eastern/western northern/southern
    top/bottom near/far close/far closer/farther wide/narrow broad/narrow thick/thin deep/shallow common/rare
    usual/unusual usually/rarely often/rarely often/seldom frequently/rarely always/never always/rarely
    sometimes/never
    everything/nothing everyone/nobody everybody/nobody everywhere/nowhere all/none both/neither possible/impossible
    likely/unlikely able/unable capable/incapable aware/unaware known/unknown certain/uncertain clear/unclear
    legal/illegal necessary/unnecessary important/unimportant significant/insignificant conscious/unconscious
    rational/irrational stable/unstable equal/unequal fair/unfair formal/informal direct/indirect finite/infinite
    visible/invisible regular/irregular responsible/irresponsible centralized/decentralized online/offline buy/sell
    bought/sold buyer/seller buying/selling give/take gave/took given/taken send/receive sent/received push/pull
    teach/learn teacher/student question/answer ask/answer asked/answered asking/answering create/destroy
    created/destroyed creating/destroying build/destroy built/destroyed build/demolish add/remove added/removed
    include/exclude included/excluded includes/excludes join/leave joined/left enter/leave arrive/depart
    remember/forget
    remembered/forgot hire/fire hired/fired employ/fire attract/repel convex/concave maximize/minimize
    maximise/minimise
    maximum/minimum majority/minority upper/lower internal/external internally/externally input/output cause/effect
    theory/practice theoretical/practical ancient/modern past/future local/global analog/digital
    analogue/digital hope/fear
    hope/despair advantage/disadvantage pro/con upside/downside strengths/weaknesses asset/liability guilty/innocent
    honest/dishonest truth/lie truth/falsehood trust/distrust trust/mistrust similar/different same/different
    same/opposite alike/different constant/variable static/dynamic natural/artificial real/fake real/virtual
    genuine/fake noisy/quiet loud/quiet loud/silent calm/anxious confident/insecure smart/stupid intelligent/stupid
    wise/foolish clever/stupid interesting/boring exciting/boring beautiful/ugly clean/dirty wet/dry soft/hard
    smooth/rough healthy/sick healthy/unhealthy asleep/awake sleep/wake kind/cruel generous/selfish selfish/selfless
    brave/cowardly courage/fear proud/ashamed pride/shame victory/defeat victories/defeats freedom/slavery
    democracy/dictatorship democratic/authoritarian left/right liberal/conservative import/export supply/demand
    lend/borrow save/spend earn/spend raise/lower raised/lowered improve/worsen improved/worsened improve/degrade
    optimal/suboptimal superior/inferior major/minor primary/secondary permanent/temporary voluntary/forced
    approve/disapprove approve/reject approved/rejected connect/disconnect appear/disappear appeared/disappeared
    continue/stop continued/stopped continue/quit keep/discard hide/show hide/reveal hidden/visible confirm/deny
    confirmed/denied admit/deny trivial/hard abundant/scarce plenty/scarce excess/shortage surplus/deficit
    accelerate/decelerate accelerate/slow advance/retreat advanced/slowed ahead/behind inward/outward inwards/outwards
    absorb/emit absorbs/emits absorbed/emitted clockwise/anticlockwise latitude/longitude horizontal/vertical
    lengthen/shorten lengthen/cut lengthened/shortened extend/cut widen/narrow strengthen/weaken strengthened/weakened
    strengthened/broke strengthen/break strengthened/breaks hardened/softened loosen/tighten heat/cool freeze/melt
    gain/loses gained/losing fell/rose falls/rose fell/increased
    fell/rises declined/rose declined/increased declined/grew dropped/rose climbed/fell sank/rose shrank/expanded
    increased/fell
    succeeded/fail succeeds/fail succeeded/fails defeated/win defeated/won defeated/victorious victorious/lost
    seize/lost seizes/lost seized/lost took/lost gained/forfeited conquered/lost captured/freed hold/lose keep/lose
    kept/lost retain/lose retained/lost survive/die survived/died survived/perished drowned/survived
    continue/end continues/end continued/ended continues/ended continue/cease went/ceased began/ended begin/ended
    start/ended started/ended launched/cancelled launched/ended founded/dissolved founded/abolished create/abolish
    created/abolished creates/abolished introduced/abolished set/abolished established/abolished formed/dissolved
    appointed/dismissed appoint/dismiss appoints/dismissed named/dismissed installed/removed elected/removed
    hired/dismissed promoted/demoted chose/rejected choose/reject chooses/rejected selected/rejected adopted/rejected
    decided/rejected upheld/overturned upheld/rejected ruled/rejected confirmed/refuted proved/refuted proved/disproved
    proves/refuted claimed/denied claim/deny claims/denied offered/denied offered/refused granted/denied granted/refused
    gave/refused gave/denied allowed/denied allowed/refused recommended/opposed recommended/forbade recommended/rejected
    welcomed/rejected welcomed/opposed favour/oppose favor/oppose favoured/opposed favored/opposed urged/discouraged
    ordered/forbade ordered/forbidden required/forbidden demanded/refused warned/reassured blamed/praised
    most/least greatest/least greatest/smallest largest/smallest highest/least best/least commonest/rarest
    common/rarest more/fewer plus/less above/under over/under cheaper/dearer cheaper/expensive cheaply/expensively
    sharp/blunt dirty/clean neglected/tended guilty/acquitted trust/suspect
    phenomenal/terrible phenomenal/poor excellent/terrible excellent/poor outstanding/poor brilliant/dull
    skilled/unskilled adept/inept adept/unskilled adept/clumsy competent/incompetent competent/inept effective/useless
    diligent/lazy diligently/lazily careful/careless cautious/reckless ruthless/merciful cunning/naive
    loyal/disloyal loyal/treacherous popular/hated obscure/famous famous/unknown
    steady/erratic steadiest/unsteadiest precise/imprecise precise/vague exact/rough evenly/unevenly
    simplify/complicate simplified/complicated simpler/complicated
    reveal/conceal revealed/concealed publish/suppress published/suppressed remembered/ignored
    unite/divide united/divided attach/detach connect/separate together/apart merge/split merged/split
    deliberate/accidental accident/intention accidental/intentional contingent/inevitable contingent/necessary
    radical/moderate traditional/radical conservative/radical leftist/rightist
    debtor/creditor lender/borrower employer/employee majority/few plural/singular
    predecessor/successor ancestor/descendant parent/child preceded/followed precedes/follows
    winter/summer day/night morning/evening dawn/dusk sunrise/sunset
    purpose/accident purposely/accidentally deliberately/accidentally purpose/accidentally deliberately/accident
    shorten/longer lengthen/shorter shortening/longer lengthening/shorter fast/slowly quickly/slowly slower/speeded
    strongly/weakly strongly/weak weakly/strong rapidly/slowly loudly/quietly cheaply/dearly widely/narrowly
    always/seldom always/sometimes often/never frequently/never
    """,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RELATIVE = _words(
    """
    before after more less most least many few first last early late earlier later ahead behind above below over under
    up down new old long short high low same different other both all none always never often sometimes like left right
    light man men woman women day night father mother son daughter husband wife
    """
)
"""English words whose opposite stands in many a true paraphrase: of them neighbours must agree as well."""


@cache
def opposites(language: str) -> dict[str, frozenset[str]]:
    """The opposites of each stem of a language (BCP 47 tag); empty for a language without a list."""
    found: dict[str, set[str]] = {}
    primary = primary_subtag(language)
    pairs = [(one, other) for one, _, other in (p.partition("/") for p in _PAIRS.get(primary, "").split())]
    for pair in pairs or lexicon(primary).opposites:
        one, other = (stem(folded(word, primary), language) for word in pair)
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@cache
def exclusions(language: str) -> dict[str, frozenset[str]]:
    """For each English stem on a scale the stems at the other end of it; empty for other languages.

    Many more than `opposites` has, without its converses ("teach", "learn") of which both may tell one event.
    """
    found: dict[str, set[str]] = {}
    for pair in SCALES if primary_subtag(language) == "en" else ():
        one, other = (stem(word, language) for word in pair)
        if one != other:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}
