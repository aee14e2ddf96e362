"""What an editor is told about a language: plain data in, its notation out; knows no protocol, no parser."""
