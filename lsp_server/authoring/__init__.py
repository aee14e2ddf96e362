"""Makes a bundle from a Lark grammar, and says what is to be known of the grammar; runs nothing of it."""
