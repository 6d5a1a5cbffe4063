"""Files of answers in, grades out: `rows.py` reads and writes them, `run.py` grades them."""
