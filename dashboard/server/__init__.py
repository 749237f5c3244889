"""What stands before the pages: which names the server answers to, who is let in, what browsers are told."""
