"""The plan that carries one service out: what crosses, what moves, what is copied, what is dangerous."""
