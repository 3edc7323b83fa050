"""How the code is set: `python tests/style.py` prints it, tests/test_style.py lets no figure rise.

Cells and lines are those of the notebooks; functions those of the exported modules."""
import ast, json, re
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT/'nbs').glob('[0-9][0-9]_*.ipynb'))
MODULES = [p for p in sorted((ROOT/'gen_explain').glob('*.py')) if not p.stem.startswith('_')]


def cells(path):
    "Source of the code cells."
    return [''.join(c['source']) for c in json.loads(path.read_text())['cells'] if c['cell_type'] == 'code']


def exported(path): return [c for c in cells(path) if re.match(r'#\|\s*export', c)]


def functions(path): return [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]


def without_docments(path):
    "Public arguments of exported functions that say nothing of themselves."
    lines, found = path.read_text().split('\n'), []
    for f in ast.parse(path.read_text()).body:
        if not isinstance(f, ast.FunctionDef) or f.name.startswith('_') or any('patch' in ast.unparse(d) for d in f.decorator_list): continue
        args = [a for a in [*f.args.args, *f.args.kwonlyargs] if a.arg not in ('self', 'kwargs')]
        if len(args) > 3: found += [f'{path.stem}.{f.name}({a.arg})' for a in args
                                     if '#' not in lines[a.lineno - 1] and not lines[a.lineno - 2].lstrip().startswith('#')]
    return found


def figures():
    "Name -> figure."
    lengths = [len(c.rstrip().split('\n')) for p in NOTEBOOKS for c in exported(p)]
    code = [l for p in [*NOTEBOOKS, *(ROOT/'nbs').glob('tutorials/*.ipynb')] for c in cells(p) for l in c.split('\n')]
    nodes = [sum(1 for _ in ast.walk(f)) for p in MODULES for f in functions(p)]
    return {
        'exported cells over 40 lines': sum(n > 40 for n in lengths),
        'exported cells over 20 lines, per cent': round(100*sum(n > 20 for n in lengths)/len(lengths), 1),
        'lines over 120 characters': sum(len(l) > 120 for l in code),
        'lines over 120 characters in modules': sum(len(l) > 120 for p in MODULES for l in p.read_text().partition('\n# %% ../')[2].split('\n')),    # nbdev's own is before
        'nodes of a function, median': quantiles(nodes, n=2)[0],
        'nodes of a function, 90th percentile': round(quantiles(nodes, n=10)[-1]),
        'nodes of all functions': sum(nodes),
        'modules over 450 lines': sum(len(p.read_text().split('\n')) > 450 for p in MODULES),
        'arguments without a comment': sum(len(without_docments(p)) for p in MODULES),
        'largest notebook, bytes': max(p.stat().st_size for p in NOTEBOOKS)}


def long_cells(n): return [f'{p.stem}: {c.splitlines()[1]}' for p in NOTEBOOKS for c in exported(p) if len(c.rstrip().split('\n')) > n]


def where(what):
    "The places that a figure counts, for whoever has to mend them."
    sizes = sorted((-p.stat().st_size, p.stem) for p in NOTEBOOKS)
    places = {
        'exported cells over 40 lines': lambda: long_cells(40),
        'exported cells over 20 lines, per cent': lambda: long_cells(20),
        'lines over 120 characters': lambda: [f'{p.stem}: {l}' for p in NOTEBOOKS for c in cells(p) for l in c.split('\n') if len(l) > 120],
        'modules over 450 lines': lambda: [p.stem for p in MODULES if len(p.read_text().split('\n')) > 450],
        'arguments without a comment': lambda: [a for p in MODULES for a in without_docments(p)],
        'largest notebook, bytes': lambda: [f'{name}: {-size:,}' for size, name in sizes[:3]]}
    return '\n'.join(places.get(what, list)())


if __name__ == '__main__':
    for name, figure in figures().items(): print(f'{name:45} {figure:,}')
