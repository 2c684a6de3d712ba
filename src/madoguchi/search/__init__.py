"""Japanese full text: folding, words, the index of texts and that of names, the search box, ranking, hits, files.

Owns `SearchEntry` (kind, object id, group, scope, time, vector) and `NameEntry`. It does not know what it
indexes: callers hand in plain text and ids, and turn the ids of a `Hit` back into their own rows. It may
import `core` only.
"""
