"""Makes a role's modules small for a board's heap: whole-program steps before the compiler."""
