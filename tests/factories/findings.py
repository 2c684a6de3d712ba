"""Findings of the pre-flight as tests compare them."""


def hits(found):
    return [(each.words, each.repair.text if each.repair else None) for each in found]
