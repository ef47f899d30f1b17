"""The visible half of every world."""
