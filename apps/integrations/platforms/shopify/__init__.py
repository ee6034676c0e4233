"""Shopify: orders, refunds and customers' journeys of a shop, by its GraphQL Admin API."""
