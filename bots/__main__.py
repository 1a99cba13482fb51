"""`python -m bots`: the same as the command `toritsugi`."""

from bots.cli import main

if __name__ == "__main__":
    main()
