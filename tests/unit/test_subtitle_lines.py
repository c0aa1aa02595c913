"""Who speaks, what is a sound, a song, a credit, an advertisement; and what the lines feel like."""

import pytest

from cinecore.language.lexicon import EMOTIONS, load_lexicon
from cinecut.ingestion.parsing import parse_subtitles
from cinecut.models import DialogueEvent, LineKind

FILLER = [f"We walk on to the river number {number}." for number in range(20)]


def events_of(*captions: str, around: bool = False) -> list[DialogueEvent]:
    """The captions as an SRT; with `around`, in the middle of a file of plain speech."""
    everything = [*FILLER, *captions, *FILLER] if around else list(captions)
    text = "".join(
        f"{place}\n00:{place // 60:02d}:{place % 60:02d},000 --> 00:{place // 60:02d}:{place % 60:02d},900\n{caption}\n\n"
        for place, caption in enumerate(everything, start=1)
    )
    found = list(parse_subtitles(text.encode(), "film.srt", film_duration_s=None).events)
    return found[len(FILLER) : len(found) - len(FILLER)] if around else found


def one(caption: str, *, around: bool = True) -> DialogueEvent:
    (event,) = events_of(caption, around=around)
    return event


@pytest.mark.parametrize(
    ("caption", "text", "speaker"),
    [
        ("ANNA: Where are you?", "Where are you?", "Anna"),
        ("ANNA:\nWhere are you?", "Where are you?", "Anna"),
        ("- ANNA: Where are you?", "Where are you?", "Anna"),
        ("GUARD 2: Halt!", "Halt!", "Guard 2"),
        ("ANNA (whispering): Come here.", "Come here.", "Anna"),
        ("[ANNA] Come here.", "Come here.", "Anna"),
        ("(Anna) Come here.", "Come here.", "Anna"),
        ("[sighs] I know.", "I know.", ""),
        ("I know. (sighs)", "I know.", ""),
        ("I [coughs] know.", "I know.", ""),
        ("[DOOR CREAKS] Who's there?", "Who's there?", ""),
        ("[wind howling\nin the trees]\nRun!", "Run!", ""),
        ("He said (and I was there) no.", "He said (and I was there) no.", ""),
        ("I want three things: bread, wine, you.", "I want three things: bread, wine, you.", ""),
        ("Remember: never look back.", "Remember: never look back.", ""),
        ("At 12:30 we leave.", "At 12:30 we leave.", ""),
        (">> Good evening.", "Good evening.", ""),
        ("- Are you hurt?\n- No.", "– Are you hurt? – No.", ""),
        ("Are you hurt?\n- No.", "– Are you hurt? – No.", ""),
        ("-Are you hurt?\n-No, I'm\nfine.", "– Are you hurt? – No, I'm fine.", ""),
        ("ANNA: Are you hurt?\nBERT: No.", "– Are you hurt? – No.", ""),
        ("ANNA: I am here.\nANNA: And I stay.", "– I am here. – And I stay.", "Anna"),
        ("- Alone with one dash.", "Alone with one dash.", ""),
        ("（太郎）こんにちは", "こんにちは", ""),
    ],
)
def test_speech_is_kept_and_its_speaker_named(caption: str, text: str, speaker: str) -> None:
    event = one(caption)
    assert (event.text, event.speaker, event.kind) == (text, speaker, LineKind.SPEECH)


@pytest.mark.parametrize(
    ("caption", "text"),
    [
        ("[door creaks]", "door creaks"),
        ("(sighs)", "sighs"),
        ("[MUSIC]", "MUSIC"),
        ("[rain falls]\n(thunder)", "rain falls; thunder"),
        ("- [gasps]\n- [laughs]", "gasps; laughs"),
        ("♪", "music"),
        ("♪♪", "music"),
        ("（ドアの音）", "ドアの音"),
    ],
)
def test_sounds_are_told_from_speech(caption: str, text: str) -> None:
    event = one(caption)
    assert (event.text, event.kind) == (text, LineKind.SOUND_TAG)
    assert event.emotion == "neutral"


@pytest.mark.parametrize(
    ("caption", "text"),
    [
        ("♪ Over the hills ♪", "Over the hills"),
        ("♪ Over the hills\nand far away ♪", "Over the hills and far away"),
        ("♫ Over the hills", "Over the hills"),
        ("# Over the hills #", "Over the hills"),
        ("<i>♪ Over the hills ♪</i>", "Over the hills"),
    ],
)
def test_songs_are_told_from_speech(caption: str, text: str) -> None:
    event = one(caption)
    assert (event.text, event.kind) == (text, LineKind.LYRICS)


@pytest.mark.parametrize(
    "caption",
    [
        "Subtitles by Somebody",
        "Subtitle translation by Someone Else",
        "Synced and corrected by somebody",
        "Sync & corrections: someone",
        "Captioned by The Captioners",
        "Translated by: a friend",
        "Untertitel von jemandem",
        "Untertitelung im Auftrag des ZDF",
        "Sous-titrage: Quelqu'un",
        "Sottotitoli a cura di qualcuno",
        "Subtítulos por alguien",
        "Traducción: alguien",
        "Legendas por alguém",
        "Napisy: ktoś",
        "Титры и субтитры: кто-то".replace("Титры и субтитры", "Субтитры"),
        "字幕：某人",
        "~ Subtitles by Somebody ~",
    ],
)
def test_credits_of_the_subtitlers_are_no_speech_wherever_they_stand(caption: str) -> None:
    assert one(caption).kind is LineKind.CREDIT
    assert one(caption, around=False).kind is LineKind.CREDIT


@pytest.mark.parametrize(
    "caption",
    [
        "Support us and become VIP member\nto remove all ads from www.OpenSubtitles.org",
        "Advertise your product or brand here\ncontact us today",
        "https://example.invalid/subs",
        "Please rate this subtitle",
        "example.com",
        "Downloaded from some-movies.org",
    ],
)
def test_advertising_is_no_speech(caption: str) -> None:
    assert one(caption).kind is LineKind.ADVERT


@pytest.mark.parametrize(
    "caption",
    [
        "The book was translated by monks.",
        "He wrote to me at example.com and waited.",
        "These subtitles are hard to read.",
        "It was directed by fools.",
        "A sync problem? Really?",
        "Encoded messages, everywhere.",
        "Sub commander, report.",
        "Captain, by your leave.",
        "The end justifies the means.",
    ],
)
def test_spoken_words_about_such_things_stay_speech(caption: str) -> None:
    assert one(caption).kind is LineKind.SPEECH


def test_film_credits_are_believed_at_the_ends_only() -> None:
    assert events_of("Directed by Somebody", *FILLER)[0].kind is LineKind.CREDIT
    assert one("Directed by my own fear, I ran.").kind is LineKind.SPEECH


def test_a_name_in_small_letters_counts_when_it_comes_often() -> None:
    often = events_of("Anna: One.", "Anna: Two.", "Bert: Three.", "Anna: Four.")
    assert [(event.speaker, event.text) for event in often] == [
        ("Anna", "One."),
        ("Anna", "Two."),
        ("", "Bert: Three."),
        ("Anna", "Four."),
    ]


def test_a_film_written_in_capitals_has_no_speakers_by_accident() -> None:
    lines = ["I SAID THIS: GO HOME NOW.", "WE ARE LEAVING AT ONCE.", "THE NIGHT IS LONG AND COLD."]
    events = events_of(*lines)
    assert [event.text for event in events] == lines
    assert all(event.emotion != "anger" for event in events)


def test_a_sound_inside_a_song_or_speech_does_not_change_its_kind() -> None:
    events = events_of("Hello!\n♪ la la la ♪", "[music] ♪ la la la ♪")
    assert (events[0].text, events[0].kind) == ("Hello!", LineKind.SPEECH)
    assert events[1].kind is LineKind.LYRICS


@pytest.mark.parametrize(
    ("line", "language", "emotion"),
    [
        ("I love you.", "en", "tenderness"),
        ("I will kill you!", "en", "threat"),
        ("Watch out!", "en", "fear"),
        ("He's dead. I miss him.", "en", "sadness"),
        ("Shut up, you bastard!", "en", "anger"),
        ("This is wonderful! We did it!", "en", "joy"),
        ("Unbelievable! How is that possible?", "en", "surprise"),
        ("The train leaves at nine.", "en", "neutral"),
        ("Ich liebe dich.", "de", "tenderness"),
        ("Ich bringe dich um!", "de", "threat"),
        ("Ich habe Angst.", "de", "fear"),
        ("Te voy a matar.", "es", "threat"),
        ("Te quiero, mi amor.", "es", "tenderness"),
        ("Tengo miedo.", "es", "fear"),
        ("Je vais te tuer.", "fr", "threat"),
        ("Je t'aime.", "fr", "tenderness"),
        ("Il est mort. Tu me manques.", "fr", "sadness"),
        ("Ti amo.", "it", "tenderness"),
        ("Aiuto! Scappa!", "it", "fear"),
        ("Я тебя люблю.", "ru", "tenderness"),
        ("愛してる。", "ja", "tenderness"),
        ("我要杀了你！", "zh", "threat"),
    ],
)
def test_a_line_feels_like_what_it_says(line: str, language: str, emotion: str) -> None:
    felt = load_lexicon().emotion(line, language)
    assert felt.name == emotion
    assert (felt.strength > 0) == (emotion != "neutral")
    assert felt.strength <= 1


def test_marks_and_capitals_make_a_line_stronger() -> None:
    lexicon = load_lexicon()
    plain = lexicon.emotion("I hate this place.", "en")
    marked = lexicon.emotion("I hate this place!", "en")
    shouted = lexicon.emotion("I HATE THIS PLACE!", "en")
    assert plain.name == marked.name == shouted.name == "anger"
    assert plain.strength < marked.strength < shouted.strength


def test_a_negation_weakens_what_follows_it() -> None:
    lexicon = load_lexicon()
    assert (
        lexicon.emotion("I am not happy.", "en").strength < lexicon.emotion("I am happy.", "en").strength / 2
    )


def test_marks_alone_speak_in_a_language_nobody_listed() -> None:
    lexicon = load_lexicon()
    assert lexicon.emotion("Cén fáth?!", "").name == "surprise"
    assert lexicon.emotion("Tá sé fuar.", "").strength == 0


def test_the_language_of_a_file_is_told_by_its_small_words() -> None:
    lexicon = load_lexicon()
    samples = {
        "en": "I don't know what you want. The door is open and it was not me.",
        "de": "Ich weiß nicht, was du willst. Die Tür ist offen und das war ich nicht.",
        "es": "No sé lo que quieres. La puerta está abierta y yo no fui.",
        "fr": "Je ne sais pas ce que tu veux. La porte est ouverte et ce n'est pas moi.",
        "it": "Non so che cosa vuoi. La porta è aperta e non sono stato io.",
        "pt": "Eu não sei o que você quer. A porta está aberta e não fui eu.",
        "nl": "Ik weet niet wat je wilt. De deur is open en dat was ik niet.",
        "sv": "Jag vet inte vad du vill. Dörren är öppen och det var inte jag.",
        "ru": "Я не знаю, что ты хочешь. Дверь открыта, и это не я.",
        "ja": "何が欲しいのか分からない。ドアは開いている。",
        "zh": "我不知道你想要什么。门是开着的。",
    }
    assert {name: lexicon.guess_language([text]) for name, text in samples.items()} == {
        name: name for name in samples
    }
    assert lexicon.guess_language([]) == ""
    assert lexicon.guess_language(["qwrt zxcv bnmp lkjh"]) == ""


def test_every_list_names_only_known_classes_and_no_entry_twice_in_one() -> None:
    for language in load_lexicon().languages.values():
        found = [emotion for entries in language.words.values() for emotion, _ in entries]
        found += [emotion for entries in language.phrases.values() for _, emotion, _ in entries]
        found += [emotion for _, emotion, _ in language.fragments]
        assert set(found) <= set(EMOTIONS)
        for entries in language.words.values():
            assert len({emotion for emotion, _ in entries}) == len(entries)
