"""The ledger of figures, nbs/ledger.json: what was measured, how, on what, when. `python tests/ledger.py` checks the texts against it.

A figure in README or in a page of the documentation has `<!-- figure: id -->` behind it, and stands there as its row of the ledger has it."""
import datetime, json, platform, re, subprocess, sys
from pathlib import Path

from gen_explain.base import write_json

ROOT = Path(__file__).parent.parent
LEDGER = ROOT/'nbs'/'ledger.json'
PAGES = 'index', 'measured', 'glossary', 'inputs'
MARK = re.compile(r'<!-- figure: ([\w.+-]+) -->')
FIGURE = re.compile(r'[-+]?\d[\d,.]*%?(?: \([-+\d.]+%? to [-+\d.]+%?\))|\d[\d,.]*%')               # a value with its interval, or a share

PRINTED = re.compile(r'^```.*?^```|^    .*?$', re.M | re.S)                                        # code, and what it prints


def rows(): return json.loads(LEDGER.read_text()) if LEDGER.is_file() else {}


def processor():
    "The name of the processor, as the system says it."
    info = Path('/proc/cpuinfo')
    names = re.findall(r'model name\s*: (.*)', info.read_text()) if info.is_file() else []
    return names[0] if names else platform.processor() or 'not known'


def record(id, text, command, n, unit='', **more):
    "Write a figure down, with where and when it was measured; a row that is there already is replaced."
    commit = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    row = dict(text=text, unit=unit, n=n, command=command, commit=commit, processor=processor(),
               date=datetime.date.today().isoformat(), **more)
    write_json(LEDGER, dict(sorted((rows() | {id: row}).items())))


def texts():
    "Name -> text of each page that is checked."
    pages = {'README': (ROOT/'README.md').read_text()}
    for path in (ROOT/'nbs'/f'{name}.ipynb' for name in PAGES):
        cells = json.loads(path.read_text())['cells']
        pages[path.stem] = '\n\n'.join(''.join(c['source']) for c in cells if c['cell_type'] == 'markdown')
    return pages


def wrong(text, ledger):
    "What is wrong in a text: marks of no row, figures that differ from their row, figures without a mark."
    for mark in MARK.finditer(text):
        row, before = ledger.get(mark[1]), text[:mark.start()].rstrip(' *')
        if row is None: yield f'{mark[1]}: no such row'
        elif not before.endswith(row['text']): yield f'{mark[1]}: {row["text"]!r} in the ledger, {before[-40:]!r} in the text'
    for figure in FIGURE.finditer(PRINTED.sub('', text)):
        behind = figure.string[figure.end():figure.end() + 60]
        if re.match(r'[^\d\n|]{0,20}<!-- figure|[ \n]interval', behind): continue
        yield f'{figure[0]!r} has no mark: {figure.string[figure.start() - 40:figure.end()]!r}'


def problems():
    ledger = rows()
    found = [f'{name}: {w}' for name, text in texts().items() for w in wrong(text, ledger)]
    used = {id for text in texts().values() for id in MARK.findall(text)}
    return found + [f'ledger: {id} stands in no page' for id in ledger if id not in used]


if __name__ == '__main__':
    for problem in problems(): print(problem)
    sys.exit(1 if problems() else 0)
