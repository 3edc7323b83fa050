"What the tests share: a cache of their own for drawn data, a quiet terminal, a real browser, and notebooks opened in it."
import os, shutil, socket, subprocess, sys, time, urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
os.environ.setdefault('MPLBACKEND', 'Agg')
os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
if 'PYTEST_XDIST_WORKER' in os.environ: os.environ.setdefault('OMP_NUM_THREADS', '1')         # tests side by side: threads that wait for each other spin


def pytest_addoption(parser): parser.addoption('--slow', action='store_true', help='run what takes minutes, too')


def pytest_configure(config): config.addinivalue_line('markers', 'slow: takes minutes; run with --slow')


def pytest_collection_modifyitems(config, items):
    "What takes minutes is left out, unless it is asked for."
    left = [i for i in items if i.get_closest_marker('slow')] if not config.getoption('--slow') else []
    if left: config.hook.pytest_deselected(items=left)
    items[:] = [i for i in items if i not in left]


@pytest.fixture(scope='session', autouse=True)
def data_home(tmp_path_factory):
    """Drawn avatars go to a folder that is shared by all tests of a run and by the processes that they start; where GEN_EXPLAIN_TEST_HOME
    names one, by all runs."""
    os.environ['GEN_EXPLAIN_HOME'] = os.environ.get('GEN_EXPLAIN_TEST_HOME') or str(tmp_path_factory.mktemp('home'))


@pytest.fixture(scope='session')
def browser_type_launch_args():
    "Chromium: the system's, or the one that `playwright install chromium` brings."
    path = next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)
    return dict(executable_path=path, args=[
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'])


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
