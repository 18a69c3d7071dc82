"""`python -m tools.bench`; started by `./run bench`, which explains the options."""

import sys

from tools.bench.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
