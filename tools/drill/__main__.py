"""`python -m tools.drill`; started by `./run drill`, which explains the options."""

import sys

from tools.drill.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
