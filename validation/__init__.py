"""One module for every claim: does it hold on real data? `python -m validation [NAME [--data PATH]]`."""
