"""Bytes: each content once, by its SHA-256; small ones in the database, large ones in a folder or S3.

Owns `Blob`. Does not know what a file belongs to; whoever shows one must check that first.
"""
