"""OpenAI's Batch API: requests posted as files, replies collected hours or days later, at half the price.

ledger.py    what was ordered, posted and answered, durable before anything else is done
lines.py     request lines out, reply lines in; the chat judge run on replies that came by post
office.py    the calls: upload, create, look, download
orders.py    an order from the rows of a file to its output
"""
