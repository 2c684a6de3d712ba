"""Where sources of orders send what has changed: one signed address for each."""
