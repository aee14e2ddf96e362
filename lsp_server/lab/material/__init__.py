"""What is asked: real files with a part cut out, with a mistake put in, and what stands beside them."""
