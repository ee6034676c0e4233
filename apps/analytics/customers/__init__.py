"""Customers: their orders as analytics keeps them, and how cohorts of them go on to buy."""
