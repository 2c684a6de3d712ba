"""Custom fields in general: kinds, choices, reading what was typed, showing it. Rooms say whose fields they are."""
