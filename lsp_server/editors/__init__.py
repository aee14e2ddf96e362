"""What an editor is told about a language, in its own notation: plain data in, no protocol and no parser."""
