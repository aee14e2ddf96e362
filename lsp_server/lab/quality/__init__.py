"""How good suggestions are: compared with what a person wrote, and in keystrokes that they save."""
