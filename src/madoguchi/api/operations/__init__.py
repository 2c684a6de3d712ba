"""The operations, one module a noun: read the request, call one query or action, show the answer."""
