"""The portal: what customers read without signing in. Now the pages of articles, which letters link to.

Nothing here knows a session, a cookie or who is asking, so that any cache may keep what is said.
"""
