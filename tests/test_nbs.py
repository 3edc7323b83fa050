"Every exporting notebook, and the one that becomes the README, is a test: its cells run in order, and its assertions hold."
import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from nbdev.test import test_nb as run_notebook

from gen_explain import answers, core, cycle_report, models  # noqa: F401 (their classes are registered before a notebook registers its own)

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(p for p in (ROOT/'nbs').glob('*.ipynb') if re.match(r'\d\d_|index', p.name))


@pytest.mark.parametrize('path', NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook(path, monkeypatch):
    monkeypatch.setenv('IN_TEST', '1')              # nbdev sets it and leaves it behind
    monkeypatch.chdir(path.parent)
    for module, registry in ((core, '_builders'), (answers, 'RESULTS')):     # a notebook registers its own classes: not for those that follow
        monkeypatch.setattr(module, registry, dict(getattr(module, registry)))
    skip = ConfigParser(delimiters=['='])
    skip.read(ROOT/'settings.ini')
    ok, _ = run_notebook(path, skip_flags=skip['DEFAULT']['tst_flags'].split(), basepath=ROOT)
    assert ok, f'{path.name} failed; see the output above'
