"""The bus: a broker between databases that one process cannot reach, chosen by its URL."""
