"""What the API says; the schema is made from the same words."""
