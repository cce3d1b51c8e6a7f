"""Named analytics: questions with typed parameters that are asked of a snapshot of the analysts' copy.

A question counts by the engine that suits it, `group_size.py` leaves out and rounds whatever tells of few people, and only then
is anything made of the counts: averages, orders, fractions. Nothing here imports an engine before a question is answered, so that
the web process may list and describe all of them.
"""
