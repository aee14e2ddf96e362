"""What is read from disk while the server runs: the files of the workspace, and bundles that change."""
