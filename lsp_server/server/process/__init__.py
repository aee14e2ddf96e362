"""What concerns the process as a whole: its end, its memory, its numbers, its journal. Knows no protocol."""
