"The explorers without a browser: what a folder of labels promises, ipywidgets 7, and what is seen where there is no front end."
import os, subprocess, sys
from pathlib import Path

import nbformat, pytest, torch
from nbconvert import HTMLExporter, MarkdownExporter

from gen_explain import widgets
from gen_explain.explorer import LatentExplorer
from gen_explain.player import InterpolationPlayer
from gen_explain.latent_map import LatentMap, MapPanel
from gen_explain.loading import load_classifier
from gen_explain.grid import LabelingGrid

ROOT = Path(__file__).parent.parent
TUTORIALS = sorted((ROOT/'nbs'/'tutorials').glob('*.ipynb'))


@pytest.fixture
def images(): return torch.rand(60, 3, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def clf():
    torch.manual_seed(0)
    return load_classifier(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 3)), classes=['a', 'b', 'c'], size=8, channels=3)


@pytest.mark.timeout(300)
def test_a_thousand_random_actions_and_a_kill_twenty_times():
    p = subprocess.run([sys.executable, ROOT/'tests'/'fuzz_grid.py', '20'], capture_output=True, text=True)
    assert p.returncode == 0 and 'none lost' in p.stdout, p.stdout[-2000:] + p.stderr[-4000:]


def test_an_action_is_on_the_disk_before_it_counts(images, clf, tmp_path, monkeypatch):
    grid, seen, fsync = LabelingGrid(images, clf, tmp_path), [], os.fsync
    def watched(fd):
        seen.append((grid.labels[0], grid.status['marks'][0], (tmp_path/'labels.jsonl').read_text().count('\n')))
        fsync(fd)
    monkeypatch.setattr(os, 'fsync', watched)
    grid.label(0, 'b')
    assert seen == [(None, None, 1)] and grid.labels[0] == 'b' and grid.status['marks'][0] == 1
    grid.close()


def test_no_room_on_the_disk(images, clf, tmp_path, monkeypatch):
    "A line that could not be written whole is taken back: the log can be read, and the next action is written after the last good one."
    grid = LabelingGrid(images, clf, tmp_path)
    grid.label(0, 'b')
    real = grid.folder.log
    class Full:
        def __getattr__(self, name): return getattr(real, name)
        def write(self, data): return real.write(data[:10])
    grid.folder.log = Full()
    with pytest.raises(OSError, match='no room left'): grid.label(1, 'c')
    grid.folder.log = real
    assert grid.labels[:2] == ['b', None]
    grid.label(2, 'c')
    grid.close()
    grid = LabelingGrid(images, clf, tmp_path)
    assert grid.labels[:3] == ['b', None, 'c']
    grid.close()


def test_a_second_writer_is_refused(images, clf, tmp_path, monkeypatch):
    import IPython
    monkeypatch.setattr(IPython, 'get_ipython', lambda: None)           # another test has left a shell behind
    grid = LabelingGrid(images, clf, tmp_path/'labels')
    with pytest.raises(RuntimeError, match='labels'): LabelingGrid(images, clf, tmp_path/'labels')
    code = f'''
import torch
from gen_explain.loading import load_classifier
from gen_explain.grid import LabelingGrid
clf = load_classifier(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 3)), classes=['a', 'b', 'c'], size=8, channels=3)
try: LabelingGrid(torch.rand(60, 3, 8, 8, generator=torch.Generator().manual_seed(0)), clf, {str(tmp_path/"labels")!r})
except RuntimeError as e: print('refused', e)
'''
    out = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert out.stdout.startswith('refused') and str(tmp_path/'labels') in out.stdout, out.stdout + out.stderr
    grid.label(0, 'a')
    grid.close()


def test_a_cell_that_is_run_again_takes_over(images, clf, tmp_path, monkeypatch):
    "In a notebook the same cell is run twice all the time: the older grid is closed, and says so."
    import IPython
    monkeypatch.setattr(IPython, 'get_ipython', lambda: object())
    old = LabelingGrid(images, clf, tmp_path)
    old.label(0, 'a')
    new = LabelingGrid(images, clf, tmp_path)
    assert old.status['closed'] and new.labels[0] == 'a'
    with pytest.raises(RuntimeError, match='closed'): old.label(1, 'b')
    new.close()


def test_five_thousand_images(clf, tmp_path):
    x = torch.rand(5000, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    grid = LabelingGrid(x, clf, tmp_path)
    grid.show(size=500, sort='disagreement')
    assert len(grid.shown) == 500 and grid.label(slice(None), 'a') == 5000 and grid.undo() and grid.counts()['judged'] == 0
    grid.close()
    with pytest.raises(ValueError, match='4999 of your 4999 images are among them'): LabelingGrid(x[1:], clf, tmp_path)


def test_other_classes_are_refused(images, clf, tmp_path):
    LabelingGrid(images, clf, tmp_path).close()
    other = load_classifier(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 2)), classes=['a', 'z'], size=8, channels=3)
    with pytest.raises(ValueError, match='holds labels of the classes a, b, c; expected a, z'): LabelingGrid(images, other, tmp_path)


EXPLORERS = [LatentExplorer, InterpolationPlayer, MapPanel, LatentMap, LabelingGrid]

@pytest.mark.parametrize('cls', EXPLORERS, ids=lambda c: c.__name__)
def test_traps_of_widgets(cls):
    "No trait is named `keys`; no tooltip on a canvas; ipywidgets 7 does not display past the picture."
    assert cls._ipython_display_ is None
    assert not any('keys' in vars(c) for c in cls.__mro__ if c.__module__.startswith('gen_explain'))
    texts = [*Path(widgets.__file__).parent.glob('*.py'), *widgets.js_folder().glob('*.js')]
    assert len(texts) > 5 and not any('tooltip' in p.read_text() for p in texts)


def test_a_cell_holds_a_picture_and_a_text(images, clf, tmp_path):
    grid = LabelingGrid(images, clf, tmp_path)
    data = grid._repr_mimebundle_()
    assert {*data} == {'text/plain', 'image/png', 'application/vnd.jupyter.widget-view+json'}
    assert data['text/plain'].startswith('LabelingGrid: 0 of 60 judged') and data['image/png'].startswith('iVBOR')
    grid.close()


@pytest.mark.timeout(600)
def test_logic_on_ipywidgets_7(tmp_path):
    "Colab long stayed on ipywidgets 7: the notebooks of the explorers are run with it."
    subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', '--no-deps', '--target', tmp_path/'seven', 'ipywidgets==7.7.1', 'ipython-genutils==0.2.0'], check=True)
    env = os.environ | dict(PYTHONPATH=str(tmp_path/'seven'))
    code = """
import sys, ipywidgets, papermill
assert ipywidgets.__version__ == '7.7.1', ipywidgets.__version__
for path in sys.argv[2:]: papermill.execute_notebook(path, sys.argv[1] + '/' + path.split('/')[-1], progress_bar=False, kernel_name='python3')
"""
    chapters = sorted((ROOT/'nbs').glob('6[3467]_*.ipynb'))                # 65 has no widgets
    p = subprocess.run([sys.executable, '-c', code, tmp_path, *chapters], capture_output=True, text=True, env=env)
    assert p.returncode == 0, p.stdout[-3000:] + p.stderr[-3000:]
    shown = [o['data'] for path in chapters for c in nbformat.read(tmp_path/path.name, 4).cells
             if c.cell_type == 'code' for o in c.outputs if 'data' in o]
    shown = [d for d in shown if 'application/vnd.jupyter.widget-view+json' in d]
    assert len(shown) >= 4 and all('image/png' in d for d in shown)


@pytest.mark.parametrize('path', TUTORIALS, ids=lambda p: p.stem)
def test_tutorials_show_pictures_without_a_front_end(path):
    "As GitHub and nbconvert see them: each explorer is a picture, and no widget state is stored that a CDN would be asked for."
    nb = nbformat.read(path, 4)
    assert 'widgets' not in nb.metadata
    shown = [o for c in nb.cells if c.cell_type == 'code' for o in c.outputs if 'application/vnd.jupyter.widget-view+json' in o.get('data', {})]
    assert shown and all('image/png' in o['data'] and 'text/plain' in o['data'] for o in shown)
    markdown, resources = MarkdownExporter().from_notebook_node(nb)
    html, _ = HTMLExporter().from_notebook_node(nb)
    assert markdown.count('![png]') >= len(shown) and len(resources['outputs']) >= len(shown)
    assert html.count('src="data:image/png;base64') >= len(shown) and 'application/vnd.jupyter.widget-state+json' not in html


@pytest.mark.timeout(600)
@pytest.mark.parametrize('path', TUTORIALS, ids=lambda p: p.stem)
def test_tutorials_run(path, tmp_path, monkeypatch):
    "Through papermill, headless, as they are."
    import papermill
    monkeypatch.delenv('MPLBACKEND', raising=False)                       # figures are shown, too
    papermill.execute_notebook(str(path), str(tmp_path/path.name), cwd=str(tmp_path), progress_bar=False, kernel_name='python3')
    nb = nbformat.read(tmp_path/path.name, 4)
    assert sum('image/png' in o.get('data', {}) for c in nb.cells if c.cell_type == 'code' for o in c.outputs) >= 2
