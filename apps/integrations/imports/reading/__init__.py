"""Reads people's files: finds the table, its dialect and its columns, asks where it must."""
