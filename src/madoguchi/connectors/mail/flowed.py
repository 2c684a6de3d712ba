"""format=flowed (RFC 3676): lines that end in a blank go on in the next, and quoting is counted."""


def unflow(text: str, *, delsp: bool) -> str:
    """Join flowed lines. With `delsp` the blank at their end is no part of the text, as Japanese needs it."""
    out: list[str] = []
    open_depth = -1  # quote depth of the paragraph that goes on, -1 when none does
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing, §4.4
        flows = content.endswith(" ") and content != "-- "
        if depth != open_depth or content == "-- ":
            out.append(f"\n{'>' * depth}{' ' if depth else ''}")
        out.append(content[:-1] if flows and delsp else content)
        open_depth = depth if flows else -1
    return "".join(out).removeprefix("\n")
