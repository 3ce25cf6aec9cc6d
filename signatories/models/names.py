"""How names are compared, so that "Rotherham MBC" and "Rotherham Metropolitan Borough Council" are one."""

import re
import unicodedata

# As long as the columns that hold names: folding "&" or a ligature makes a name longer.
LONGEST_NAME = 200

# Words that say what kind of body it is, which people leave out or get wrong. "Town" is not one of them:
# a town council is another body than the district of that name. "Combined authority" is not, for the same reason.
KIND_WORDS = frozenset(
    {"council", "councils", "borough", "boro", "district", "county", "city", "metropolitan", "met", "unitary"}
    | {"mayoral", "royal", "mbc", "mdc", "bc", "dc", "cc", "cbc", "lb", "lbc", "rb", "the", "of", "and"}
    | {"cyngor", "sir", "bwrdeistref", "sirol", "dinas", "comhairle"}
)
# Kinds that only together say so: "London" alone may be part of a name.
KIND_PHRASES = re.compile(r"\b(london borough|unitary authority)\b")
# The only body whose name is made of such words but for a place that others share.
CITY_OF_LONDON = re.compile(r"\bcity of london\b( corporation)?")

# Short forms that people write for the parts of councils' names.
SHORT_FORMS = {
    "beds": "bedfordshire",
    "berks": "berkshire",
    "bucks": "buckinghamshire",
    "cambs": "cambridgeshire",
    "derbys": "derbyshire",
    "glos": "gloucestershire",
    "hants": "hampshire",
    "herts": "hertfordshire",
    "lancs": "lancashire",
    "leics": "leicestershire",
    "lincs": "lincolnshire",
    "northants": "northamptonshire",
    "notts": "nottinghamshire",
    "oxon": "oxfordshire",
    "staffs": "staffordshire",
    "warks": "warwickshire",
    "wilts": "wiltshire",
    "worcs": "worcestershire",
    "yorks": "yorkshire",
    "ne": "north east",
    "nw": "north west",
    "se": "south east",
    "sw": "south west",
    "saint": "st",
}


def fold(name):
    """A name as it is compared: without case, accents, punctuation or "&"."""
    # Apostrophes and full stops join what they stand between; every other mark parts it.
    joined = re.sub(r"['’‘ʼ`´.]", "", name.replace("&", " and "))
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_NAME].strip()


def core(name):
    """A folded name without the words for its kind, and with short forms written out.

    "Rotherham MBC" and its official name are both "rotherham", "North Herts" is "north hertfordshire". A name made
    only of such words keeps them all.
    """
    folded = fold(name)
    words = CITY_OF_LONDON.sub("cityoflondon", KIND_PHRASES.sub("", folded)).split()
    kept = " ".join(SHORT_FORMS.get(word, word) for word in words if word not in KIND_WORDS)
    return (kept or folded)[:LONGEST_NAME].strip()


def cores_while_typing(text):
    """The cores that a name typed this far may have: "Camden Coun" is about to be "Camden Council"."""
    first_words, _, last = fold(text).rpartition(" ")
    unfinished_kind = first_words and any(word.startswith(last) for word in KIND_WORDS)
    return {core(text), core(first_words)} if unfinished_kind else {core(text)}
