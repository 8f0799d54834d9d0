"""`python -m tests.bench`. Workers load the main module again: this one loads nothing at once, like the tracker's."""

if __name__ == "__main__":
    from tests.bench.programme import main

    main()
