"""Text to syntax tree, incrementally; the only room that knows tree-sitter."""
