"""What English words say of a picture: tension, energy, deeds, light, places and vibes; lists alone, nothing is read.

Figures go from -1 (calm, still) to 1 (tense, lively). They are judgements of ours, coarse on purpose: three or four
steps, each word where most people would put it. Words are compared by stem.
"""

from __future__ import annotations

from collections.abc import Mapping

from cinecut.narrative.stems import stem, stems

FEELINGS: Mapping[float, str] = {
    1.0: """terrifying terrified terror horrifying horrific horror panic panicked frantic violent brutal murderous
        menacing threatening deadly furious rage enraged hostile desperate agony agonized""",
    0.8: """tense tension ominous sinister dread dreadful danger dangerous perilous fear fearful frightened
        frightening afraid scared scary angry anger aggressive intense suspense suspenseful urgent chaotic chaos
        eerie creepy nightmarish dramatic foreboding thrilling distress distressed anguish anguished alarmed
        alarming turmoil hatred confrontational fierce savage grim disturbing chilling unsettling""",
    0.45: """uneasy unease anxious anxiety nervous worried worry stressed stressful suspicious suspicion mysterious
        haunting bleak gritty determined defiant shocked startled exciting excited stakes conflict crying cry weep weeping sob grief mournful
        uncertain restless tragic tragedy gloomy somber sombre""",
    -0.4: """pensive thoughtful contemplative reflective wistful nostalgic melancholy solemn quiet dreamy hopeful
        polite casual""",
    -0.7: """happy happiness joy joyful joyous cheerful playful smile smiling laugh laughing laughter amused friendly
        tender tenderness affectionate affection loving romantic intimate cosy cozy gentle pleasant content contented
        relaxed relief lighthearted festive innocent comfortable funny humorous delighted""",
    -0.8: "calm calming peaceful peace serene serenity tranquil tranquility soothing restful idyllic",
}
"""Moods, wherever they stand."""

THINGS: Mapping[float, str] = {
    0.9: "explosion blood bloody corpse monster demon weapon gun pistol rifle firearm shotgun massacre",
    0.6: """fire flame inferno blaze burning knife sword blade axe bomb missile tank wreck wreckage ruin rubble debris
        wound wounded injured armed soldier prisoner hostage police riot mob storm lightning tornado flood skull
        grave zombie ghost killer murder murderer villain dead death skeleton chain cage gunfire""",
    0.3: "smoke destruction destroyed abandoned broken mask masked shattered siren cliff military",
    -0.4: """flower garden toy picnic puppy kitten meadow blossom butterfly teapot balloon candy sunshine rainbow
        breakfast child baby village park""",
}
"""What is in the picture; not read from the mood."""

LIGHT: Mapping[float, str] = {
    0.45: "dark darkness night midnight shadow shadowy stormy gloom black murky",
    0.25: "dim fog foggy mist misty moonlit silhouette",
    -0.3: "bright sunny sunlight sunlit daylight warm soft pastel morning golden airy",
}
"""How it is lit; read from everything but the action."""

DEEDS: Mapping[str, tuple[float, float, str]] = {
    "fight": (
        1.0,
        0.9,
        """fight fighting punch kick stab shoot shooting wrestle brawl attack strangle choke strike slash duel combat
        battle ambush struggle grapple assault fistfight kill murder beat""",
    ),
    "chase": (
        1.0,
        0.7,
        """chase pursue pursuit flee escape sprint evade dodge gallop race racing hunt""",
    ),
    "disaster": (
        1.0,
        0.8,
        """explode explosion crash collapse burn burst erupt collide collision shatter detonate capsize drown sink
        plummet""",
    ),
    "alarm": (
        0.6,
        0.7,
        "scream yell shout threaten argue quarrel confront panic beg bleed die aim cower hide tremble",
    ),
    "rush": (0.8, 0.3, "run rush dash leap jump climb charge hurry speed swerve hurtle dive fall throw"),
    "dance": (0.6, -0.3, "dance dancing celebrate celebration cheer applaud play sing clap"),
    "move": (
        0.1,
        0.0,
        "walk drive ride enter leave arrive travel cross approach turn reach carry swim sail fly work",
    ),
    "embrace": (
        -0.3,
        -0.6,
        """embrace embracing hug hugging kiss kissing cuddle caress comfort console snuggle nuzzle reunite marry
        wed wedding propose""",
    ),
    "talk": (-0.3, -0.1, "talk speak converse conversation discuss chat listen whisper explain telephone"),
    "stay": (
        -0.4,
        -0.1,
        "stand wait stare gaze watch pose lean smile laugh wander stroll ponder kneel motionless",
    ),
    "rest": (-0.8, -0.5, "sleep rest sit lie relax drink eat dine cook pray nap idle gardening"),
}
"""Kinds of action: energy, tension, and the words; read from the action, and from the picture where that is silent."""

NOTHING_DONE = stems("happen action movement motion activity move act")
"""Words that, denied, say that all is still: `nothing happens`."""

FIERCE = frozenset(("fight", "chase", "disaster"))
"""Deeds that escalate."""

EMBRACING_PAIRS = frozenset(
    (stem(one), stem(two))
    for one, two in (
        ("holding", "hands"),
        ("hold", "hand"),
        ("holding", "other"),
        ("arm", "around"),
        ("arms", "around"),
    )
)
"""Two words that together are an embrace."""

_APPEARANCE = """hair haired suit suited eye eyed skin skinned coat jacket dress dressed shirt beard clothing clothes
    tie hat robe uniform outfit sweater leather blue green red brown blond wood wooden gray glasses focus
    background curly long short"""
SAYS_NOTHING_BEFORE: Mapping[str, frozenset[str]] = {
    **{
        stem(word): stems(_APPEARANCE)
        for word in ("dark", "black", "bright", "warm", "soft", "golden", "pastel")
    },
    stem("fire"): stems("truck engine fighter escape place hydrant extinguisher station department brigade"),
    stem("burn"): stems("candle incense"),
    stem("shoot"): stems("star"),
    stem("run"): stems("water shoe shoes tap"),
    stem("fall"): stems("snow leaf leaves asleep"),
    stem("blood"): stems("orange"),
    stem("play"): stems("dead"),
    stem("park"): stems("car lot bench garage"),
    stem("lie"): stems("on"),
    stem("dead"): stems("end leaf leaves"),
    stem("sharp"): stems("focus"),
}
"""Words that mean something else before others: dark hair is not darkness."""

PLACES: Mapping[str, str] = {
    "street": "street road alley alleyway avenue sidewalk pavement crosswalk highway lane boulevard intersection",
    "forest": "forest wood woodland jungle grove trees",
    "field": "field meadow farmland prairie pasture grassland",
    "water": "sea ocean beach shore coast lake river harbor harbour dock pier waterfront bay",
    "mountains": "mountain hill cliff canyon valley ridge peak",
    "desert": "desert dune wasteland",
    "kitchen": "kitchen",
    "bedroom": "bedroom bed",
    "living room": "living parlor parlour lounge sofa couch",
    "office": "office desk cubicle boardroom",
    "corridor": "corridor hallway hall passage stairwell staircase stairs",
    "warehouse": "warehouse factory hangar workshop garage",
    "bar": "bar pub nightclub club tavern saloon",
    "restaurant": "restaurant diner cafe café bistro",
    "school": "school classroom university campus library",
    "hospital": "hospital clinic ward surgery surgical operating laboratory lab",
    "church": "church chapel cathedral temple altar",
    "prison": "prison cell jail dungeon",
    "castle": "castle palace fortress throne",
    "car": "car truck taxi bus vehicle",
    "train": "train subway station platform railway",
    "ship": "ship boat deck cabin submarine",
    "aircraft": "aircraft airplane plane cockpit helicopter airport",
    "spaceship": "spaceship spacecraft spacestation space starship",
    "rooftop": "rooftop roof skyscraper balcony",
    "garden": "garden park yard backyard lawn",
    "battlefield": "battlefield trench bunker barracks",
    "graveyard": "graveyard cemetery tomb crypt",
    "stage": "stage theater theatre arena stadium concert",
    "shop": "shop store market supermarket mall",
    "cave": "cave cavern tunnel mine sewer",
    "farm": "farm barn stable ranch",
}
"""Kinds of place a setting can name; several words, one place."""

NO_PLACE = stems(
    """light dark darker bright brighter darkness above below middle frame ground even mixed lit dimly brightly scene setting background
    foreground night day daytime nighttime evening morning afternoon dusk dawn outdoor outdoors indoor indoors outside
    inside interior exterior place location area room large small old modern empty open busy possibly likely probably
    unknown unclear city town urban rural building house old-fashioned time sky air visible left right center centre
    front behind one two some several many people person man woman"""
)
"""Words of a setting that tell no place from another."""

PEOPLE = stems(
    """man woman person boy girl child baby lady gentleman people character figure hero heroine actor actress soldier
    officer doctor king queen face he she they him her his someone somebody mother father couple crowd group family
    friend player dancer singer cowboy worker driver rider warrior knight monk nurse chef teacher student human"""
)
"""Who can be meant by a person; pronouns too, as an action often has only those."""
CLOSE = stems("closeup portrait headshot")
"""Framing in which a person is met; `close` and `up` beside each other count as well."""

VIBE_WORDS: Mapping[str, str] = {
    "action": """fast intense fire explosion run chase fight car gun weapon crash race jump shoot punch helicopter
        explosive thrilling motorcycle soldier pursuit""",
    "adventure": """wide mountain sea sky journey forest bright warm landscape ship jungle desert map treasure horse
        travel explore epic adventurous climb cave island""",
    "animation": "colorful bright saturated cheerful cartoon animated playful whimsical vivid",
    "comedy": "laugh smile bright cheerful funny warm people amused awkward silly playful humorous party comical",
    "crime": "dark night city cool police gun shadow money detective murder gangster car prison suspicious blood",
    "documentary": "outdoor street people landscape natural neutral interview nature wildlife city camera speak",
    "drama": "sad cry alone face close quiet window somber melancholy emotional tears grief argue embrace tender",
    "family": "child home warm smile bright dog mother father baby garden play toy kitchen holiday hug",
    "fantasy": "forest castle magic light sky glow saturated dragon sword wizard magical mystical crown epic",
    "history": "old warm castle church crowd horse uniform crown carriage period antique palace soldier king",
    "horror": """dark night shadow blood scream ominous low-contrast terror fear eerie creepy monster corpse knife
        abandoned basement terrified graveyard ghost""",
    "music": "stage crowd dance saturated bright light concert sing guitar microphone band perform energetic",
    "mystery": "dark fog shadow cool night door window mysterious clue detective secret suspicious eerie letter",
    "romance": """couple kiss warm soft smile close light romantic embrace intimate tender love flower wedding dance
        hug affectionate""",
    "sci-fi": "cool blue space light screen metal robot spaceship futuristic laboratory alien computer neon planet",
    "thriller": """dark tense cool run shadow knife phone gun chase suspense ominous fear escape danger night weapon
        threatening""",
    "war": "soldier fire smoke ruins gray field battle gun explosion tank uniform trench military weapon helmet",
    "western": "desert horse warm dust sun hat cowboy gun saloon ranch duel revolver sheriff dusty",
}
"""Words that speak for a vibe when a describer uses them."""

VIBE_TENSION: Mapping[str, float] = {
    "action": 0.6,
    "animation": -0.5,
    "comedy": -0.8,
    "crime": 0.6,
    "documentary": -0.2,
    "family": -0.8,
    "fantasy": 0.2,
    "horror": 1.0,
    "music": -0.4,
    "mystery": 0.4,
    "romance": -0.8,
    "sci-fi": 0.3,
    "thriller": 1.0,
    "war": 0.8,
}
"""What a vibe likes to see: tense (above 0) or calm; other vibes like both."""


def by_stem(*lists: Mapping[float, str]) -> dict[str, float]:
    """One look-up from stem to figure; a stem in two lists has the earlier one's figure."""
    found: dict[str, float] = {}
    for words in lists:
        for figure, text in words.items():
            for word in text.split():
                found.setdefault(stem(word), figure)
    return found


def deeds_by_stem() -> dict[str, str]:
    """Look-up from stem to the kind of deed."""
    found: dict[str, str] = {}
    for deed, (_, _, text) in DEEDS.items():
        for word in text.split():
            found.setdefault(stem(word), deed)
    return found


def places_by_stem() -> dict[str, str]:
    """Look-up from stem to the kind of place."""
    return {stem(word): place for place, text in PLACES.items() for word in text.split()}
