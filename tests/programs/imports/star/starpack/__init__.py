__all__ = ["sub", "exported"]
exported = "yes"
