"""What changes orders and contracts. Whoever acts is checked here; a face only hides the button."""
