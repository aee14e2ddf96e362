"""Cursor state, hole grammar and oracle: text and terminals, never model tokens; the only room that knows Lark."""
