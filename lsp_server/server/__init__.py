"""The language server: small handlers that convert, call a feature, and convert back."""
