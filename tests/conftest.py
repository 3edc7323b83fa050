"What the tests share: a cache of their own for drawn data, a quiet terminal, a real browser, and notebooks opened in it."
import os, re, shutil, socket, subprocess, sys, time, urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
os.environ.setdefault('MPLBACKEND', 'Agg')
os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
# glibc, in the processes that this one starts: freed memory is kept, or each step of a training gets its pages anew
os.environ |= dict(MALLOC_MMAP_THRESHOLD_=str(2**25), MALLOC_TRIM_THRESHOLD_=str(2**33))
if 'PYTEST_XDIST_WORKER' in os.environ:                 # tests side by side
    os.environ.setdefault('OMP_NUM_THREADS', '1')       # threads that wait for each other spin
    os.environ['JOBLIB_MULTIPROCESSING'] = '0'          # avatars are drawn in one process: others would import torch first


# Which tests a mark falls on: patterns that 'file::test[parameter]' begins with. `browser` falls on what asks for one.
MARKS = dict(
    notebook=['test_nbs.py', 'test_runs.py', 'test_readme.py::test_blocks_run', 'test_widgets.py::test_tutorials_run',
              'test_widgets.py::test_logic_on_ipywidgets_7'],
    quick=['test_style.py', 'test_js.py', 'test_readme.py::(?!test_blocks_run)', 'test_package.py::(?!test_the_wheel)',
           r'test_nbs.py::.*\[(0.|1[01345])_', 'field/test_command_line.py::(?!test_ctrl_c)', 'field/test_properties.py',
           'field/test_images.py', 'field/test_labels.py', 'field/test_tables.py', 'field/test_sources.py'])
SAYS = dict(
    slow='takes minutes; run with --slow',
    quick='style, structure, front ends without a page, command line, readers, the first notebooks: under two minutes',
    notebook='runs notebooks: chapters, experiments, tutorials, README',
    browser='needs Chromium')
# With workers: files whose tests share nothing go to them test by test, other files as a whole; what takes longest goes first.
APART = ['test_nbs.py']
FIRST = [r'test_runs.py::.*[[-]frontiers\]', r'test_runs.py::.*[[-]tour\]', 'test_runs.py::', 'test_classifiers.py', 'test_browser.py',
         r'test_nbs.py::.*\[(34_|37_|40_|43_|60_)', 'test_widgets.py', 'test_package.py', 'test_resume.py', 'test_nbs.py']


def pytest_addoption(parser): parser.addoption('--slow', action='store_true', help='run what takes minutes, too')


def pytest_configure(config):
    for name, text in SAYS.items(): config.addinivalue_line('markers', f'{name}: {text}')
    if config.option.markexpr == 'quick': os.environ.setdefault('GEN_EXPLAIN_PROPERTIES', '100')


def pytest_ignore_collect(collection_path, config):
    "The quick tier does not import files that it does not run."
    if config.option.markexpr != 'quick' or not collection_path.name.startswith('test_'): return None
    name = collection_path.relative_to(ROOT/'tests').as_posix()
    return None if any(p.startswith(name) for p in MARKS['quick']) else True


def within(item):
    "The name of a test, as the tables have it."
    return f'{item.path.relative_to(ROOT/"tests").as_posix()}::{item.name}'


def place(item):
    "Where a test stands in FIRST."
    return next((i for i, pattern in enumerate(FIRST) if re.match(pattern, within(item))), len(FIRST))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    "Marks by the table; what takes minutes is left out, unless it is asked for."
    for item in items:
        marks = [m for m, patterns in MARKS.items() if any(re.match(p, within(item)) for p in patterns)]
        for mark in [*marks, *(['browser'] if 'browser' in item.fixturenames else [])]: item.add_marker(mark)
    left = [i for i in items if i.get_closest_marker('slow')] if not config.getoption('--slow') else []
    if left: config.hook.pytest_deselected(items=left)
    items[:] = [i for i in items if i not in left]
    if hasattr(config, 'workerinput'): items.sort(key=place)
    if config.option.markexpr == 'quick': same_examples(items)


def same_examples(items):
    "Properties are tried on the same few examples each time."
    from hypothesis import seed
    for item in items:
        if item.path.name == 'test_properties.py': seed(0)(item.obj)


def unit(nodeid):
    "What goes to one worker as a whole: a file, a test, or all that is asked of one experiment."
    name = nodeid.removeprefix('tests/')
    file = name.partition('::')[0]
    experiment = re.search(r'\[(?:\w+-)?(\w+)\]$', name)
    if file == 'test_runs.py' and experiment: return f'{file}[{experiment[1]}]'
    return name if file in [*APART, 'test_runs.py'] else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    "Units in the order of FIRST, whatever --dist says."
    from xdist.scheduler import LoadScopeScheduling
    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid): return unit(nodeid)
    config.option.loadscopereorder = False
    return Units(config, log)


@pytest.fixture(scope='session', autouse=True)
def data_home(tmp_path_factory):
    """Drawn avatars go to a folder that is shared by all workers of a run and by the processes that they start; where GEN_EXPLAIN_TEST_HOME
    names one, by all runs."""
    base = tmp_path_factory.getbasetemp()
    home = Path(os.environ.get('GEN_EXPLAIN_TEST_HOME') or (base.parent if 'PYTEST_XDIST_WORKER' in os.environ else base)/'home')
    home.mkdir(exist_ok=True)
    os.environ['GEN_EXPLAIN_HOME'] = str(home)


def browser_args():
    "Chromium: the system's, or the one that `playwright install chromium` brings."
    path = next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)
    return dict(executable_path=path, args=[
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'])


@pytest.fixture(scope='session')
def browser_type_launch_args(): return browser_args()


@pytest.fixture(scope='session')
def shots():
    "Where screenshots are kept: tests/shots, not in the repository."
    folder = ROOT/'tests'/'shots'
    folder.mkdir(exist_ok=True)
    return folder


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def serve(folder, *command, timeout=60):
    "Start a server with a configuration of its own; returns (process, url) when it answers."
    port = free_port()
    own = {name: str(folder/name.lower()) for name in ('JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR', 'MPLCONFIGDIR')}
    log = open(folder/'server.log', 'w')
    env = os.environ | own | dict(OMP_NUM_THREADS='1', PYTHONUNBUFFERED='1')
    p = subprocess.Popen([sys.executable, '-m', *[c.format(port=port) for c in command]], env=env, stdout=log, stderr=log, cwd=folder)
    url, end = f'http://127.0.0.1:{port}', time.time() + timeout
    while time.time() < end:
        if p.poll() is not None: break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return p, url
        except OSError: time.sleep(.2)
    p.kill()
    raise RuntimeError(f'{command[0]} did not answer:\n{(folder/"server.log").read_text()[-3000:]}')


@pytest.fixture(scope='session')
def lab_server(tmp_path_factory):
    "JupyterLab: (url, folder with its notebooks)."
    folder = tmp_path_factory.mktemp('lab')
    quiet = folder/'settings'/'@jupyterlab'/'apputils-extension'
    quiet.mkdir(parents=True)
    (quiet/'notification.jupyterlab-settings').write_text('{"fetchNews": "false", "checkForUpdates": false}')
    p, url = serve(folder, 'jupyterlab', '--allow-root', '--no-browser', '--ip=127.0.0.1', '--port={port}', '--ServerApp.port_retries=0', '--IdentityProvider.token=',
                   '--ServerApp.password=', '--LabApp.expose_app_in_browser=True', f'--ServerApp.root_dir={folder}', f'--LabApp.user_settings_dir={folder/"settings"}')
    yield url, folder
    p.terminate()
    p.wait(20)


@pytest.fixture(scope='session')
def voila_server(tmp_path_factory):
    "Voila: (url, folder with its notebooks)."
    folder = tmp_path_factory.mktemp('voila')
    p, url = serve(folder, 'voila', str(folder), '--no-browser', '--port={port}', '--Voila.ip=127.0.0.1', f'--Voila.connection_dir_root={folder}')
    yield url, folder
    p.terminate()
    p.wait(20)
