"""What changes the wording, one module a subject: templates, their folders, favourites, and their use in letters."""
