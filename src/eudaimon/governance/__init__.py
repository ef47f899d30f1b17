"""Many legitimate centres: what people say, how they decide, who may do what, and the kernel that holds them to it."""
