from ..stock import NAME

ORDER = "text loaded after " + NAME


def upper(text):
    return text.upper()


def trim(text):
    return text.strip()


def pad(text):
    return "[%s]" % text
