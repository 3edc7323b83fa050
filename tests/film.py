"""Explorers in a real browser, for tests/pictures.py: a GIF in which the slider of sunglasses is moved, the bars jump and the badge turns, and
pictures of the explorer and of the labelling grid."""
import io
from contextlib import contextmanager
from pathlib import Path

from conftest import browser_args, serve
from hosts import Voila
from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

CELL = '''
from gen_explain.latent import encode_data
suspect = small_model('avatars-hair-biased')
data = load_data('avatars', size=64, n=1000, seed=0, split='test')
z, shades = encode_data(G, data), data.where('glasses', 'Sunglasses')
way = z[shades].mean(0) - z[~shades].mean(0)
explorer = LatentExplorer(G, suspect, data, axes=[('sunglasses', way)])
explorer.start_data(START)
explorer'''
START = 708                                             # a test face with platinum hair and no sunglasses
STEPS = [0]*3 + [round(.2*i, 1) for i in range(11)] + [2]*6                            # of the slider: from no glasses to dark ones


def frames(page, box, at):
    "Pictures of the explorer while the slider is moved, each when the badge has come."
    slider = box.get_by_role('slider').first
    for value in at:
        slider.evaluate('(e, v) => { e.value = v; e.dispatchEvent(new Event("input", {bubbles: true})) }', value)
        box.locator('.gx-badge', has_text='stability').wait_for()
        page.wait_for_timeout(400)
        yield Image.open(io.BytesIO(box.screenshot())).convert('RGB')


@contextmanager
def opened(folder, name, cell, size):
    "A notebook with this cell in Voila, open in a page."
    folder = Path(folder)/'voila'
    folder.mkdir(parents=True, exist_ok=True)
    server, url = serve(folder, 'voila', str(folder), '--no-browser', '--port={port}', '--Voila.ip=127.0.0.1',
                        f'--Voila.connection_dir_root={folder}')
    try:
        with sync_playwright() as p:
            browser = p.chromium.launch(**browser_args())
            page = browser.new_page()
            host = Voila(page, (url, folder), name, cell)
            page.set_viewport_size(size)
            yield host
            host.kernel.stop_channels()
            browser.close()
    finally: server.terminate()


def film_explorer(folder, path, at=STEPS, ms=220):
    "Record the explorer of `CELL` into a GIF."
    with opened(folder, 'film', CELL.replace('START', str(START)), dict(width=900, height=900)) as host:
        write_gif(list(frames(host.page, host.box('gx-explorer'), at)), path, ms)


SHOTS = {'explorer': ('gx-explorer', """
data = load_data('avatars', size=64, n=1000, seed=0, split='test')
explorer = LatentExplorer(G, small_model('avatars-hair-biased'), data)
explorer.start_data(708)
explorer"""), 'grid': ('gx-grid', """
import tempfile
grid = LabelingGrid(G.sample(200, seed=0), small_model('avatars-hair-biased'), tempfile.mkdtemp())
grid.show(sort='stability', size=20)
for i, name in enumerate(['PastelPink', 'Platinum']): grid.label(grid.shown[i], name)
grid""")}


def photograph(folder, name, path):
    "A picture of one explorer, when all its numbers have come."
    kind, cell = SHOTS[name]
    with opened(folder, name, cell, dict(width=900, height=1100)) as host:
        box = host.box(kind)
        host.page.get_by_text('stability 0.').first.wait_for()
        host.page.wait_for_timeout(3000)
        shot = Image.open(io.BytesIO(box.screenshot())).convert('RGB')
    shot.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def write_gif(pictures, path, ms):
    "One palette for all frames, so that nothing flickers; frames that are alike are one, shown longer."
    size = min(p.width for p in pictures), min(p.height for p in pictures)
    pictures = [p.crop((0, 0, *size)) for p in pictures]
    kept, times = [pictures[0]], [ms]
    for p in pictures[1:]:
        if ImageChops.difference(p, kept[-1]).getbbox(): kept, times = [*kept, p], [*times, ms]
        else: times[-1] += ms
    palette = kept[len(kept)//2].quantize(96, method=Image.Quantize.MEDIANCUT)
    small = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in kept]
    small[0].save(path, save_all=True, append_images=small[1:], duration=times, loop=0, optimize=True)
