"""Speak HTTP for a slice: no client that is slow, silent or greedy holds a thread.

gunicorn keeps the processes, waitress receives each request whole before a thread works on it and
sends what the client has not taken yet. This package holds both to the limits of ``limits``.
"""
