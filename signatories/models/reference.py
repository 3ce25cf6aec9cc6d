"""References of signatures: seven random characters and a check character, none easily taken for another."""

import secrets

ALPHABET = "23456789BCDFGHJKMPQRTVX"  # 23, a prime: the check finds every wrong and every swapped character


def check_character(characters):
    """The character that makes the weighted sum of a reference divisible by 23."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(characters, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def new_reference():
    """A reference for a new signature, like "4H7K-2QXT"."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(7))
    whole = characters + check_character(characters)
    return f"{whole[:4]}-{whole[4:]}"


def read_reference(text):
    """A typed reference in its one right form, or None when it cannot be one (its check character is wrong)."""
    whole = "".join(character for character in text.upper() if character.isalnum())
    if len(whole) != 8 or not set(whole) <= set(ALPHABET) or check_character(whole[:7]) != whole[7]:
        return None
    return f"{whole[:4]}-{whole[4:]}"
