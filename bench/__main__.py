"""`python -m bench [intake|pages|live|size|search|calendars|templates|preflight] [options]`; alone all in small."""

import sys

from bench import calendars, intake, live, pages, preflight, search, size, templates

NAMES = {
    "intake": intake.run,
    "pages": pages.run,
    "live": live.run,
    "size": size.run,
    "search": search.run,
    "calendars": calendars.run,
    "preflight": preflight.run,
    "templates": templates.run,
}


def main(arguments: list[str]) -> None:
    if arguments:
        NAMES[arguments[0]](arguments[1:])
        return
    for name, options in (
        ("size", []),
        ("intake", []),
        ("pages", []),
        ("live", []),
        ("calendars", []),
        ("preflight", []),
        ("templates", []),
        ("search", ["--messages", "100000"]),
    ):
        print(f"== {name} {' '.join(options)}", flush=True)
        NAMES[name](options)


if __name__ == "__main__":
    main(sys.argv[1:])
