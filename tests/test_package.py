"The package as a whole: exported code in sync with the notebooks, layers, imports, wheel."
import ast, os, re, shutil, subprocess, sys, zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = [p.stem.split('_', 1)[1] for p in sorted((ROOT/'nbs').glob('[0-9][0-9]_*.ipynb'))]        # the numbers of the notebooks


def run(*args, **kwargs):
    "A command's output; its failure is shown."
    p = subprocess.run([str(a) for a in args], capture_output=True, text=True, **kwargs)
    assert p.returncode == 0, p.stdout + p.stderr
    return p.stdout


def copy_of_checkout(to):
    "The files that belong to the project, in a folder of their own."
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns('.git', 'runs', 'build', 'dist', '*.egg-info', '__pycache__', '.venv', '.pytest_cache'))
    return to


def test_export_is_in_sync(tmp_path):
    there = copy_of_checkout(tmp_path/'checkout')
    before = {p.relative_to(there): p.read_bytes() for p in [*there.glob('gen_explain/*.py'), *there.glob('nbs/**/*.ipynb')]}
    for p in there.glob('gen_explain/*.py'): p.unlink()
    env = {k: v for k, v in os.environ.items() if k != 'IN_TEST'}
    bin = Path(sys.executable).parent
    for command in ('nbdev_export', 'nbdev_clean'): run(bin/command, cwd=there, env=env)
    after = {p.relative_to(there): p.read_bytes() for p in [*there.glob('gen_explain/*.py'), *there.glob('nbs/**/*.ipynb')]}
    assert before.keys() == after.keys()
    assert [str(p) for p in before if before[p] != after[p]] == [], 'run .ci/prepare'


SCREENS = 'widgets', 'explorer', 'player', 'latent_map', 'grid'
MODULES = [p for p in sorted((ROOT/'gen_explain').glob('*.py')) if not p.stem.startswith('_')]


@pytest.mark.parametrize('path', MODULES, ids=lambda p: p.stem)
def test_a_module_imports_only_modules_above_it(path):
    above = ORDER[:ORDER.index(path.stem)]
    tree = ast.parse(path.read_text())
    used = {n.module.split('.')[-1] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module and (n.level or n.module.startswith('gen_explain.'))}
    assert used <= set(above), f'{path.stem} imports {used - set(above)}'
    front_end = {a.name.split('.')[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names} | {
        n.module.split('.')[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module and not n.level}
    assert path.stem in SCREENS or not front_end & {'ipywidgets', 'ipycanvas', 'anywidget'}
    assert "import_module(f'gen_explain" not in path.read_text() and "import_module('gen_explain" not in path.read_text()


def imports_of(module):
    tree = ast.parse((ROOT/'gen_explain'/f'{module}.py').read_text())
    return [(n.module, a.name) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level and n.module for a in n.names]


def reached(module):
    found, todo = set(), [module]
    while todo:
        new = {m for m, _ in imports_of(todo.pop())} - found
        found, todo = found | new, [*todo, *new]
    return found


@pytest.mark.parametrize('model', ['vae', 'introvae', 'gan', 'pggan'])
def test_a_classifier_reaches_a_model_only_inside_a_target(model):
    assert not reached(model) & {'classifiers', 'stability', 'foreign', 'loading', 'checking', 'steering'}


@pytest.mark.parametrize('path', MODULES, ids=lambda p: p.stem)
def test_no_private_name_is_imported(path):
    assert [(m, n) for m, n in imports_of(path.stem) if n.startswith('_')] == []


def test_load_model_knows_every_kind():
    "In a fresh process: `models` imports every module that registers a kind."
    kinds = {k for p in MODULES for k in re.findall(r"^@model_kind\('(\w+)'\)", p.read_text(), re.M)}
    known = run(sys.executable, '-c', 'from gen_explain import core, models; print(*core._builders)').split()
    assert kinds == {*known} and len(kinds) >= 5


def test_importing_data_is_light():
    err = subprocess.run([sys.executable, '-X', 'importtime', '-c', 'import gen_explain.data'], capture_output=True, text=True).stderr
    loaded = {line.split('|')[-1].strip() for line in err.splitlines()}
    assert 'gen_explain.core' in loaded and 'torch' in loaded
    assert not loaded & {'ipywidgets', 'ipycanvas', 'matplotlib.pyplot', 'papermill', 'sklearn', 'nbconvert'}


def test_committed_notebooks_are_small():
    big = {p.name: p.stat().st_size//1000 for p in (ROOT/'nbs').rglob('*.ipynb') if p.stat().st_size > 300_000 and '.ipynb_checkpoints' not in str(p)}
    assert not big, f'over 300 KB: {big}'


def test_readme_is_the_index_notebook(tmp_path):
    env = os.environ | dict(PATH=f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}')
    run('bash', ROOT/'.ci'/'prepare', '--readme', tmp_path, env=env)
    assert (tmp_path/'README.md').read_text().strip() == (ROOT/'README.md').read_text().strip(), 'run .ci/prepare'


def test_the_wheel_alone_runs_an_experiment(tmp_path):
    "sdist, then a wheel from it; the wheel unpacked where nothing else of the project is, run in an empty folder."
    there = copy_of_checkout(tmp_path/'checkout')
    run(sys.executable, '-m', 'build', '--no-isolation', '--outdir', tmp_path/'dist', there)
    wheel, sdist = next((tmp_path/'dist').glob('*.whl')), next((tmp_path/'dist').glob('*.tar.gz'))
    assert sdist.stat().st_size < 5e6 and wheel.stat().st_size < 5e6
    names = zipfile.ZipFile(wheel).namelist()
    assert 'gen_explain/experiments/00_tour.ipynb' in names and not [n for n in names if n.startswith(('tests/', 'nbs/'))]
    front_ends = {f'gen_explain/js/{p.name}' for p in (ROOT/'nbs'/'js').iterdir() if p.suffix in ('.js', '.css')}
    assert len(front_ends) > 5 and front_ends <= set(names)
    zipfile.ZipFile(wheel).extractall(tmp_path/'site')                # what pip does with a wheel of Python alone
    shutil.rmtree(there)
    (tmp_path/'empty').mkdir()
    env = os.environ | dict(PYTHONPATH=str(tmp_path/'site'))
    code = """
import gen_explain
from gen_explain.models import *
from gen_explain.widgets import js_folder
from gen_explain.grid import LabelingGrid
print(gen_explain.__file__, js_folder(), len(LabelingGrid._esm), len(LabelingGrid._css), *small_models(), small_model("avatars-vae").nz)"""
    where, folder, js, css, *there = run(sys.executable, '-c', code, cwd=tmp_path/'empty', env=env).split()
    assert where.startswith(str(tmp_path/'site')) and folder == str(tmp_path/'site'/'gen_explain'/'js') and min(int(js), int(css)) > 5000
    assert there == ['avatars-hair', 'avatars-hair-biased', 'avatars-vae', '32']
    run(sys.executable, '-m', 'gen_explain.cli', 'run', 'small_models', '-p', 'size=smoke', '--out', 'made', cwd=tmp_path/'empty', env=env)
    assert '</html>' in (tmp_path/'empty'/'made'/'report.html').read_text()
