"""`python -m drumlin` is the `drumlin` command."""

from .cli import main

if __name__ == "__main__":
    main()
