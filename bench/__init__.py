"""Measurements: nutgraf beside other engines, and the servers of the page beside each other.

Not shipped. The programs that they need are in the extra ``bench``.
"""
