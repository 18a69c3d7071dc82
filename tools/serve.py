"""Honcho with more patience: runs the lines of Procfile until one ends or a signal comes.

The worker on the embedded broker needs up to five seconds to notice that it should stop, which is
when honcho would already kill it.
"""

import sys

from honcho import manager
from honcho.command import main

manager.KILL_WAIT = 20

if __name__ == "__main__":
    sys.argv = ["honcho", "--no-prefix", "start"]
    main()
