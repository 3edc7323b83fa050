"What the tests share: a cache of their own for drawn data, a quiet terminal, and a real browser."
import os, shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
os.environ.setdefault('MPLBACKEND', 'Agg')
os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'


@pytest.fixture(scope='session', autouse=True)
def data_home(tmp_path_factory):
    "Drawn avatars go to a folder that is shared by all tests of a run and by the processes that they start."
    os.environ['GEN_EXPLAIN_HOME'] = str(tmp_path_factory.mktemp('home'))


@pytest.fixture(scope='session')
def browser():
    "Chromium: the system's, or the one that `playwright install chromium` brings."
    from playwright.sync_api import sync_playwright
    path = next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)
    quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
             '--disable-component-update', '--disable-sync']
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=path, args=quiet)
        yield b
        b.close()
