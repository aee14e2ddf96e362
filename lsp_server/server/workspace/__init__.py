"""What is followed on disk while the server runs: the files of the workspace, and bundles that change."""
