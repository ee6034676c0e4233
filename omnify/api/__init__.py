"""The HTTP edge that all services share: who asks, what may be asked, how refusals look."""
