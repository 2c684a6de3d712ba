"""Japanese full text: folding, words, one index table, the search box, ranking, hits, text out of files.

Owns `SearchEntry` (kind, object id, group, scope, time, vector) and nothing else. It does not know what it
indexes: callers hand in plain text and ids, and turn the ids of a `Hit` back into their own rows. It may
import `core` only.
"""
