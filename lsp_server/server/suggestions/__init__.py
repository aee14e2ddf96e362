"""Who asks the model for a suggestion, what is made ahead, and what became of it. Knows no protocol."""
