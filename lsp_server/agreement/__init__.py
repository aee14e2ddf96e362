"""Whether a language's parsers agree: the constraint grammar, the syntax tree, and a judge from elsewhere."""
