"""Who speaks in training and who is kept for measuring: variants of espeak-ng's Mandarin voice."""

from __future__ import annotations

LANGUAGE = "cmn"
_TRAINING = (
    *("f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5"),
    *("m6", "m7", "Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene"),
    *("Gene2", "Henrique", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Mike", "Nguyen", "Reed"),
    *("anika", "antonio", "belinda", "benjamin", "boris", "caleb", "david", "ed", "edward", "gustave"),
    *("ian", "iven", "iven2", "iven3", "john", "kaukovalta", "linda", "max", "michel", "miguel"),
    *("norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph2"),
    *("victor", "zac"),
)
_HELD_OUT = (*("m8", "Michael", "steph", "steph3", "adam", "grandma", "klatt4", "klatt6"),)
TRAINING_VOICES = (*(LANGUAGE,) * 6, *(f"{LANGUAGE}+{name}" for name in _TRAINING))
HELD_OUT_VOICES = tuple(f"{LANGUAGE}+{name}" for name in _HELD_OUT)
"""Never heard in training; every figure of the card is measured with these."""
