"""What goes in and out as JSON: shapes with a description of every field, and how rows become them. No rules."""
