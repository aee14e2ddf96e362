"""How a client is spoken to: frames, messages, the conversation, and `Client`, which tells it things.

Knows no document.
"""
