"""The edge hub of a service hall."""
