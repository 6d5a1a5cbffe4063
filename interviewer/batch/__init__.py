"""Files of answers in, files of grades out.

    read.py (text.py, tables.py, files.py)  ->  rows      what a file holds, in chunks, a fault in its place
    jobs.py                                 ->  jobs      rows that need a judge, under their content's key
    run.py (ask.py, pace.py, budget.py)     ->  store     jobs judged once, each durable before it is reported
    write.py (tables.py)                    ->  output    every row joined with its result, in the input's order

Beside them: `estimate.py` says the price before a cent is spent, `summary.py` and `report.py` what came of it.
"""
