"""電話: what was said on the phone, and calling back (折り返し).

Owns Call (the memo, from its first key on), Callback, CallbackLink, Slip, Extension, Ring. A kept memo stands in a
conversation as a note, and is seen where that is.
"""
