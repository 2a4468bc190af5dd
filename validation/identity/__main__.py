"""Be one of the contenders that `validation.identity` asks: `python -m validation.identity NAME QUESTION ANSWER`."""

from __future__ import annotations

import sys
from pathlib import Path

from validation.identity.contenders import answer

contender, question, said_in = sys.argv[1:]
answer(contender, Path(question), Path(said_in))
