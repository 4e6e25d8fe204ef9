"""Seeded texts for the metric goldens: plain captions, and answers of every awkward form."""

import random

WORDS = (
    "a an the man woman dog cat bird horse train bus car truck bench street road field water beach snow table plate "
    "pizza cake sandwich fruit bowl cup fork knife chair couch bed room kitchen window door wall clock sign light "
    "red blue green white black brown large small old young two three several many group people child boy girl "
    "is are sitting standing walking riding holding eating playing looking on in at of with near next to and behind "
    "under over through by front side top down ball bat racket board kite umbrella"
).split()

MARKS = [".", ",", "!", "?", ";", ":", "'", '"', "(", ")", "-", "--", "...", "/", "\\", "$", "%", "&", "@", "#", "*",
         "[", "]", "{", "}", "<", ">", "=", "+", "_", "|", "~", "^", "`", "“", "”", "‘", "’", "–", "—", "…", "€",
         "£", "°", "½", "·", "¿", "中", "é", "ß", "İ", "Ω", "ς", "١", "²", "Ⅷ", "😀", "\u00ad", "\u200b", "\ufeff"]

FORMS = ["3.5", "1,000", "10%", "$5.00", "U.S.", "don't", "can't", "it's", "e.g.", "12:30", "Mr.", "A1", "x-ray",
         "www.a-b.com", "3rd", "1990s", "-7", "No.", "yes", "no", "TWO", "ten", "an", "The", "a.b", "1.", ".5", ",,"]

SPACES = [" ", "  ", "\t", "\n", " \n ", "\u00a0", "\u2003", "\x1c", "\x85", ""]


def caption(rng, low=4, high=14):
    """Words of the list, one space between them."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def near(rng, text):
    """The text with some words dropped, doubled, swapped or replaced."""
    words = text.split(" ")
    for _ in range(rng.randint(0, 4)):
        if not words:
            break
        i = rng.randrange(len(words))
        kind = rng.randrange(4)
        if kind == 0:
            del words[i]
        elif kind == 1:
            words.insert(i, words[i])
        elif kind == 2:
            words[i] = rng.choice(WORDS)
        else:
            j = rng.randrange(len(words))
            words[i], words[j] = words[j], words[i]
    return " ".join(words)


def awkward(rng, low=0, high=12):
    """Words, marks, numbers and odd spaces, also none at all."""
    parts = []
    for _ in range(rng.randint(low, high)):
        kind = rng.random()
        if kind < 0.5:
            word = rng.choice(WORDS)
            parts.append(word if rng.random() < 0.7 else rng.choice([word.upper(), word.capitalize()]))
        elif kind < 0.7:
            parts.append(rng.choice(FORMS))
        elif kind < 0.9:
            parts.append(rng.choice(MARKS))
        else:
            parts.append(str(rng.randrange(200)))
        parts.append(rng.choice(SPACES) if rng.random() < 0.35 else " ")
    return "".join(parts)


def near_awkward(rng, text):
    """An awkward neighbour: words of the text in other case and with marks."""
    words = [w for w in near(rng, text).split(" ")]
    for i, word in enumerate(words):
        kind = rng.random()
        if kind < 0.1:
            words[i] = word.upper()
        elif kind < 0.2:
            words[i] = word + rng.choice(MARKS)
        elif kind < 0.25:
            words[i] = rng.choice(MARKS) + word
    return " ".join(words)


def pair(rng):
    """A prediction and its references."""
    base = caption(rng, 0, 14) if rng.random() < 0.5 else awkward(rng)
    references = [near_awkward(rng, base) if rng.random() < 0.8 else awkward(rng) for _ in range(rng.randint(1, 3))]
    return near_awkward(rng, base), references
