"""Tables of customers: where columns may go, reading a line, keeping a file as lines to go on from anywhere."""
