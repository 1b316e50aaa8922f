"""Speed and accuracy beside other implementations; each benchmark is one command (see README.md)."""
