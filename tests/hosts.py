"Notebooks opened in JupyterLab and in Voila, for the browser tests."
import json, os, signal, time
from contextlib import contextmanager
from queue import Empty

import nbformat
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell, new_notebook

SETUP = '''
import torch
torch.set_num_threads(1)
from gen_explain.all import *
from gen_explain.explore import *
from gen_explain.planes import *
from gen_explain.widgets import *
G, clf = small_model('avatars-vae'), small_model('avatars-hair')
'''
PIXELS = "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)"


class Host:
    "A notebook that runs in a server and is open in a page; the kernel is asked through a connection of its own."
    def __init__(self, page, server, name, *cells):
        self.page, (self.url, self.folder), self.name, self.errors = page, server, name, []
        nb = new_notebook(cells=[new_code_cell(c.strip()) for c in (SETUP, *cells)])
        nb.metadata.kernelspec = dict(name='python3', display_name='Python 3', language='python')
        nbformat.write(nb, self.folder/f'{name}.ipynb')
        page.set_default_timeout(60_000)
        page.set_viewport_size(dict(width=1280, height=1900))
        page.on('pageerror', lambda e: self.errors.append(str(e)))
        self.kernel = None
        self.before = set(self._connections())
        self.open()

    def _connections(self): return list(self.folder.rglob('kernel-*.json'))

    def connect(self):
        "To the newest kernel."
        if self.kernel: self.kernel.stop_channels()
        end = time.time() + 60
        while not (new := set(self._connections()) - self.before) and time.time() < end: time.sleep(.1)
        newest = max(new or self._connections(), key=lambda p: p.stat().st_mtime)
        self.kernel = BlockingKernelClient(connection_file=str(newest))
        self.kernel.load_connection_file()
        self.kernel.start_channels()
        self.kernel.wait_for_ready(timeout=120)

    def ask(self, expression):
        "The value of an expression in the kernel."
        id, out = self.kernel.execute(f'import json; print("GX" + json.dumps({expression}))', store_history=False), ''
        while True:
            try: m = self.kernel.get_iopub_msg(timeout=60)
            except Empty: raise AssertionError(f'no answer to {expression}')
            if m['parent_header'].get('msg_id') != id: continue
            if m['msg_type'] == 'stream': out += m['content']['text']
            if m['msg_type'] == 'error': raise AssertionError('\n'.join(m['content']['traceback']))
            if m['msg_type'] == 'status' and m['content']['execution_state'] == 'idle': break
        return json.loads(out.split('GX', 1)[1])

    def until(self, expression, value=True, seconds=20):
        "Wait until an expression in the kernel has a value."
        end = time.time() + seconds
        while (now := self.ask(expression)) != value and time.time() < end: time.sleep(.05)
        assert now == value, f'{expression}: {now!r}, expected {value!r}'

    @contextmanager
    def silent(self):
        "Within this block the kernel hears and says nothing, in none of its threads: JupyterLab may talk to several."
        pid = self.ask('__import__("os").getpid()')
        os.kill(pid, signal.SIGSTOP)
        try: yield
        finally: os.kill(pid, signal.SIGCONT)

    def box(self, name):
        "The part of the page that an explorer fills."
        box = self.page.locator(f'.{name}').first
        box.wait_for(timeout=150_000)
        return box


class Lab(Host):
    kind = 'lab'
    def open(self):
        self.page.goto(f'{self.url}/doc/tree/{self.name}.ipynb?reset')
        self.ready()
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        self.connect()

    def ready(self):
        self.page.wait_for_function('''() => { const w = window.jupyterapp?.shell?.currentWidget, c = w?.sessionContext;
            return c?.isReady && c.session?.kernel?.status === 'idle' && w.content?.widgets?.length }''', timeout=120_000)

    def reload(self):
        "The page anew; the kernel is the same."
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        self.page.reload()
        self.page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady", timeout=120_000)

    def cells(self):
        "Kind and text of each cell."
        return self.page.evaluate('() => [...jupyterapp.shell.currentWidget.content.model.sharedModel.cells].map(c => [c.cell_type, c.getSource()])')


class Voila(Host):
    kind = 'voila'
    def open(self):
        self.page.goto(f'{self.url}/voila/render/{self.name}.ipynb', timeout=150_000)
        self.connect()

    def reload(self):
        "The page anew, with a new kernel, as Voila does it."
        self.before = set(self._connections())
        self.page.reload(timeout=150_000)
        self.connect()

    def cells(self): return []
