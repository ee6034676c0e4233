"""The page of attribution: channels by one model of credit beside others."""
