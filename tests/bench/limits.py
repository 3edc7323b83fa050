"What the benchmarks share: each ratio stands beside its limit, and with `--check` a script fails where one is worse."
import sys

WORSE = []


def limit(
    name:str, # what is compared
    ratio:float, # ours and the reference's, of the same run
    at_most:float|None=None, at_least:float|None=None, # the limit, with room for a noisy machine
):
    "Print a ratio with its limit, and remember it where it is worse."
    good = (at_most is None or ratio <= at_most) and (at_least is None or ratio >= at_least)
    asked = f'at most {at_most:g}' if at_most is not None else f'at least {at_least:g}'
    print(f'{name}: ratio {ratio:.3f} ({asked}){"" if good else "  WORSE"}', flush=True)
    if not good: WORSE.append(name)


def finish():
    "The end of a script: with `--check` its exit status says whether all limits were kept."
    if WORSE and '--check' in sys.argv: sys.exit(f'worse than the limit: {", ".join(WORSE)}')
