"""How quickly the service answers a large event."""
