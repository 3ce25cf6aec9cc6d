"""Email domains that no one organisation holds: an address there shows nothing about whose officer somebody is."""

# Below these, organisations have domains of their own
REGISTRIES = {
    "uk", "gov.uk", "co.uk", "org.uk", "ac.uk", "nhs.uk", "police.uk", "sch.uk", "ltd.uk", "plc.uk", "net.uk", "me.uk",
    "scot", "wales", "cymru", "london", "com", "org", "net", "eu", "info", "biz",
}  # fmt: skip
# Anybody can have an address here
FREE_MAIL = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk", "msn.com",
    "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "aol.co.uk", "proton.me",
    "protonmail.com", "pm.me", "gmx.com", "gmx.co.uk", "mail.com", "btinternet.com", "btconnect.com", "sky.com",
    "talktalk.net", "virginmedia.com", "ntlworld.com", "blueyonder.co.uk", "tiscali.co.uk", "zoho.com",
    "fastmail.com", "tutanota.com",
}  # fmt: skip


def is_shared(domain):
    """Whether anybody, or every organisation, may have addresses at this domain (in lower case)."""
    return domain in REGISTRIES or domain in FREE_MAIL
