"The explorers in a real browser: every control, by mouse and by keyboard, in JupyterLab and in Voila; the kernel's state read back."
import json, time

import nbformat, pytest
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.timeout(600)
SETUP = '''
import torch
torch.set_num_threads(1)
from gen_explain.core import small_model
from gen_explain.data import load_data
from gen_explain.latent import centroids
from gen_explain.widgets import *
G, clf = small_model('avatars-vae'), small_model('avatars-hair')
data = load_data('avatars', size=64, n=300, seed=0)
'''


def notebook(folder, name, *cells):
    nb = new_notebook(cells=[new_code_cell(c.strip()) for c in (SETUP, *cells)])
    nb.metadata.kernelspec = dict(name='python3', display_name='Python 3', language='python')
    nbformat.write(nb, folder/f'{name}.ipynb')


class Lab:
    "A notebook, open in JupyterLab."
    def __init__(self, page, jupyter, name, *cells):
        self.page, (self.url, folder) = page, jupyter
        notebook(folder, name, *cells)
        self.name, self.errors = name, []
        page.on('pageerror', lambda e: self.errors.append(str(e)))
        page.on('console', lambda m: m.type == 'error' and self.errors.append(m.text))
        page.set_default_timeout(60_000)
        self.open()
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")

    def open(self):
        self.page.goto(f'{self.url}/doc/tree/{self.name}.ipynb?reset')
        self.page.wait_for_function('''() => { const w = window.jupyterapp?.shell?.currentWidget, c = w?.sessionContext;
            return c?.isReady && c.session?.kernel?.status === 'idle' && w.content?.widgets?.length }''', timeout=90_000)

    def ask(self, expression):
        "The value of an expression in the kernel, after everything that was sent before."
        out = self.page.evaluate('''async code => { const k = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const f = k.requestExecute({code, store_history: false}); let out = '', bad = '';
            f.onIOPub = m => { if (m.header.msg_type === 'stream' && m.content.name === 'stdout') out += m.content.text; if (m.header.msg_type === 'error') bad = m.content.traceback.join('\\n'); };
            await f.done; return bad ? 'ERROR ' + bad : out; }''', f'import json; print(json.dumps({expression}))')
        assert not out.startswith('ERROR'), out
        return json.loads(out)

    def until(self, expression, value=True, seconds=20):
        "Wait until an expression in the kernel has a value."
        end = time.time() + seconds
        while (now := self.ask(expression)) != value and time.time() < end: time.sleep(.1)
        assert now == value, f'{expression}: {now!r}, expected {value!r}'

    def cells(self): return self.page.evaluate('() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(c => [c.cell_type, c.getSource()])')


PIXELS = '''c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)'''


def test_latent_explorer(page, jupyter, shots):
    lab = Lab(page, jupyter, 'explorer', 'e = LatentExplorer(G, clf, data)\ne')
    box = page.locator('.gx-explorer')
    box.wait_for(timeout=120_000)
    page.screenshot(path=shots/'explorer.png', full_page=True)
    print(lab.errors)
def test_player(page, jupyter, shots):
    lab = Lab(page, jupyter, 'player', "e = InterpolationPlayer(G, clf, centroids(G, data), 'Black', 'PastelPink')\ne")
    box = page.locator('.gx-player')
    box.wait_for(timeout=120_000)
    box.get_by_role('button', name='Play').click()
    time.sleep(4)
    page.screenshot(path=shots/'player.png', full_page=True)
    print(lab.errors, box.get_attribute('data-rate'))
def test_map(page, jupyter, shots):
    lab = Lab(page, jupyter, 'map', "e = LatentMap(G, clf, data, plane=('Black', 'Blonde', 'PastelPink'))\ne")
    box = page.locator('.gx-map')
    box.wait_for(timeout=120_000)
    time.sleep(3)
    page.screenshot(path=shots/'map.png', full_page=True)
    print(lab.errors)
