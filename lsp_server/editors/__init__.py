"""What an editor is told about a language: plain data in, its own notation out; knows no protocol and no parser."""
