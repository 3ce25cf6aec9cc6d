"""Characters that are none: what Unicode keeps for programs' own use, and what no XML file may hold."""

import re

# U+FDD0 to U+FDEF, and the last two of each plane
NONCHARACTERS = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)) + "]"
)
# What https://www.w3.org/TR/xml/#charsets leaves out: a file with one of these is not read at all
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_noncharacters(text):
    """A text without what is no character."""
    return NONCHARACTERS.sub("", text)


def writable_in_xml(text):
    """A text, or the text of an XML file, without what no XML file may hold."""
    return NOT_IN_XML.sub("", text)
