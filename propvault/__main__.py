"""Run ``python -m propvault``."""

from propvault.cli import main

if __name__ == "__main__":
    main()
