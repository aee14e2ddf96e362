"""What an editor is told about a language: plain data in, the editor's own notation out; knows no protocol and no parser."""
