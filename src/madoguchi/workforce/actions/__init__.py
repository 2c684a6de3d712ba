"""What changes the life of a shift: presence, handing over, bulletins."""
