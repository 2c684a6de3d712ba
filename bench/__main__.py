"""`python -m bench [NAME] [options]`, the names being those of `NAMES`; without a name, all of them in small."""

import sys

from bench import (
    articles,
    calendars,
    customers,
    intake,
    live,
    matching,
    pages,
    preflight,
    search,
    size,
    templates,
    timeline,
)

NAMES = {
    "intake": intake.run,
    "pages": pages.run,
    "live": live.run,
    "size": size.run,
    "search": search.run,
    "calendars": calendars.run,
    "preflight": preflight.run,
    "matching": matching.run,
    "customers": customers.run,
    "templates": templates.run,
    "timeline": timeline.run,
    "articles": articles.run,
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
        ("matching", ["--customers", "20000"]),
        ("customers", ["--customers", "20000", "--lines", "5000"]),
        ("templates", []),
        ("timeline", ["--customers", "5000", "--entries", "50000"]),
        ("articles", []),
        ("search", ["--messages", "100000"]),
    ):
        print(f"== {name} {' '.join(options)}", flush=True)
        NAMES[name](options)


if __name__ == "__main__":
    main(sys.argv[1:])
