"""What changes the knowledge, one module a subject: articles, their categories, and their use in letters."""
