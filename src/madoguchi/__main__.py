"""`madoguchi …` and `python -m madoguchi …`."""

from madoguchi.cli import main

if __name__ == "__main__":
    main()
