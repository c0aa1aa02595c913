"""Every encoding that subtitles are found in, told without a hint; the text must come back letter for letter."""

import pytest

from cinecut.ingestion.encodings import decode
from cinecut.ingestion.parsing import parse_subtitles

LINES = {
    "cs": "Nevím, proč jsi přišel.|Všechno je v pořádku.|Můžeš mi říct, co se stalo?|Když to neuděláš, zemřeme.",
    "pl": "Nie wiem, dlaczego przyszedłeś.|Wszystko będzie dobrze.|Czy możesz mi powiedzieć, co się stało?|Dziękuję ci.",
    "hu": "Nem tudom, miért jöttél.|Minden rendben lesz.|Meg tudod mondani, mi történt?|Ő már elment, és többé nem jön.",
    "ro": "Nu ştiu de ce ai venit.|Totul va fi bine.|Poţi să-mi spui ce s-a întâmplat?|Dacă nu faci asta, murim.",
    "hr": "Ne znam zašto si došao.|Sve će biti u redu.|Možeš li mi reći što se dogodilo?",
    "ru": "Я не знаю, зачем ты пришёл.|Всё будет хорошо.|Что здесь случилось?",
    "uk": "Я не знаю, чому ти прийшов.|Усе буде добре.|Її тут немає. Є інший шлях.",
    "bg": "Не знам защо си дошъл.|Всичко ще бъде наред.|Можеш ли да ми кажеш какво стана?",
    "el": "Δεν ξέρω γιατί ήρθες.|Όλα θα πάνε καλά.|Μπορείς να μου πεις τι έγινε;",
    "tr": "Neden geldiğini bilmiyorum.|Her şey yoluna girecek.|Teşekkür ederim, çok iyisin. Hayır!",
    "he": "אני לא יודע למה באת.|הכול יהיה בסדר.|אתה יכול להגיד לי מה קרה?",
    "ar": "لا أعرف لماذا أتيت.|كل شيء سيكون على ما يرام.|هل يمكنك أن تقول لي ماذا حدث؟",
    "lt": "Aš nežinau, kodėl tu atėjai.|Viskas bus gerai.|Ar gali pasakyti, kas įvyko?|Ačiū jums už viską.",
    "th": "ฉันไม่รู้ว่าทำไมคุณมา|ทุกอย่างจะเรียบร้อย",
    "fr": "Je ne sais pas pourquoi tu es venu.|Ça va être très beau.|Peux-tu me dire ce qui s’est passé ?|C’était déjà là.",
    "de": "Ich weiß nicht, warum du gekommen bist.|Alles wird schön für dich.|Könntest du mir helfen?",
    "es": "No sé por qué has venido.|Todo irá bien, señor.|¿Qué ha pasado aquí?",
    "pt": "Não sei por que você veio.|Tudo vai ficar bem, irmão.|Amanhã será melhor.",
    "sv": "Jag vet inte varför du är här.|Allt går bra på måndag.|Säg något då.",
    "ja": "なぜ来たのか分からない。|すべてうまくいく。|何があったのか教えてくれ。",
    "zh": "我不知道你为什么来。|一切都会好起来的。|你能告诉我发生了什么事吗？",
    "zh-tw": "我不知道你為什麼來。|一切都會好起來的。|你能告訴我發生了什麼事嗎？",
    "ko": "왜 왔는지 모르겠어.|다 괜찮을 거야.|무슨 일이 있었는지 말해 줄래?",
}

OLD = [
    ("cs", "cp1250"), ("pl", "cp1250"), ("pl", "iso8859_2"), ("hu", "cp1250"), ("ro", "cp1250"), ("hr", "cp1250"),
    ("ru", "cp1251"), ("ru", "koi8_r"), ("ru", "cp866"), ("ru", "iso8859_5"), ("uk", "cp1251"), ("bg", "cp1251"),
    ("el", "cp1253"), ("tr", "cp1254"), ("he", "cp1255"), ("ar", "cp1256"), ("lt", "cp1257"), ("th", "cp874"),
    ("fr", "cp1252"), ("de", "cp1252"), ("de", "latin-1"), ("es", "cp1252"), ("pt", "cp1252"), ("sv", "cp1252"),
    ("ja", "cp932"), ("ja", "euc_jp"), ("ja", "iso2022_jp"), ("zh", "gb18030"), ("zh", "gb2312"), ("zh-tw", "big5"),
    ("ko", "cp949"),
]  # fmt: skip


def srt(lines: str) -> str:
    return "".join(
        f"{number}\n00:00:{number:02d},000 --> 00:00:{number:02d},900\n{line}\n\n"
        for number, line in enumerate(lines.split("|"), start=1)
    )


@pytest.mark.parametrize(("language", "codec"), OLD)
def test_an_old_encoding_is_told_by_what_is_written_in_it(language: str, codec: str) -> None:
    text = srt(LINES[language])
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_unicode_is_told_with_and_without_its_mark(language: str, codec: str) -> None:
    text = srt(LINES[language])
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert not decoded.is_guess
    assert decoded.broken == 0


def test_a_guess_is_said_and_certainty_is_not() -> None:
    guessed = parse_subtitles(srt(LINES["ru"]).encode("koi8_r"), "a.srt", film_duration_s=None)
    assert guessed.encoding == "koi8_r"
    assert any("koi8_r" in notice for notice in guessed.notices)
    assert parse_subtitles(srt(LINES["ru"]).encode(), "a.srt", film_duration_s=None).notices == ()


def test_one_apostrophe_of_windows_does_not_change_the_language() -> None:
    text = srt("It’s over – he said “no”.|That is all.")
    assert decode(text.encode("cp1252")).text == text


def test_a_few_stray_bytes_do_not_make_another_encoding_of_utf8() -> None:
    text = srt(LINES["ru"])
    decoded = decode(text.encode() + b"4\n00:00:09,000 --> 00:00:10,000\ncaf\xe9\n")
    assert decoded.encoding == "UTF-8"
    assert decoded.broken == 1
    assert decoded.text == text + "4\n00:00:09,000 --> 00:00:10,000\ncafé\n"


def test_any_bytes_give_some_text() -> None:
    for data in (bytes(range(128, 256)), b"\x81\x8d\x8f\x90\x9d" * 10, b"\xff" * 100, b"a\xe9", b"\x1b$B$3"):
        assert decode(data).text


def test_old_dos_letters_are_not_taken_for_chinese_or_korean() -> None:
    text = srt("Das ist schön für dich.|Über alles können wir reden.")
    assert decode(text.encode("cp850")).text == text
