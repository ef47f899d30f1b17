"""What experiments compare: births, test conversations, nights under another judge, and rivals at equal effort."""
