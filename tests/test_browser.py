"""The explorers in JupyterLab and in Voila: what only a host can show. One notebook in each, used by all tests in turn; every
control is tested in test_front_end.py, without a host."""
import time

import pytest
from hosts import PIXELS, Lab, Voila
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(600)

CELL = '''
import ipywidgets, pathlib, tempfile, time
from IPython.display import display
out = pathlib.Path(tempfile.mkdtemp())
data = load_data("avatars", size=64, n=100, seed=0)
images = G.sample(100, seed=0)
e = LatentExplorer(G, clf, data)
p = InterpolationPlayer(G, clf, centroids(G, data), 'Black', 'PastelPink', out=out)
m = LatentMap(G, clf, data, plane=('Black', 'Blonde', 'PastelPink'), res=21)
g = LabelingGrid(images, clf, out=out/'labels')
stock = ipywidgets.Button(description='stock')
display(e, p, m, g, stock)'''


@pytest.fixture(scope='module', params=['lab', 'voila'])
def h(request, browser):
    "The notebook, open in a page."
    page, server = browser.new_page(), request.getfixturevalue(f'{request.param}_server')
    host = (Lab if request.param == 'lab' else Voila)(page, server, 'all', CELL)
    page.set_viewport_size(dict(width=1280, height=4000))
    yield host
    host.kernel.stop_channels()
    page.close()
    assert not host.errors, host.errors


def exact(h, canvas, expression, seconds=20):
    "What the canvas holds equals the tensor [c, h, w], rounded to bytes."
    want, end = bytes.fromhex(h.ask(f'as_pixels({expression}[None]).hex()')), time.time() + seconds
    assert len(set(want)) > 10                                          # a picture, not a blank
    while (there := bytes(canvas.evaluate(PIXELS))) != want and time.time() < end:
        time.sleep(.1)
        want = bytes.fromhex(h.ask(f'as_pixels({expression}[None]).hex()'))
    off = sum(a != b for a, b in zip(there, want))
    assert len(there) == len(want) and not off, f'{off} of {len(want)} bytes on the screen differ from the tensor'


def click(box, name): box.get_by_role('button', name=name, exact=True).click()

def tile(h, i): return h.box('gx-grid').locator('[role=option]').nth(i)


def all_is_there(h):
    "Every picture of every explorer is the kernel's."
    exact(h, h.box('gx-explorer').get_by_label('decoded image'), 'e.image')
    exact(h, h.box('gx-player').get_by_label('image on the path'), 'p.path.images[p.position]')
    exact(h, h.box('gx-map').get_by_label('image at this place'), 'm.image')
    for i in (0, 7, 39): exact(h, tile(h, i).locator('canvas'), f'g.x[g.shown[{i}]]')
    assert h.box('gx-explorer').get_by_role('slider').count() == 8 and h.box('gx-explorer').get_by_role('meter').count() == 10


def test_all_is_there(h, shots):
    all_is_there(h)
    h.page.screenshot(path=shots/f'all-{h.kind}.png', full_page=True)


def test_a_click_goes_to_the_kernel_and_back(h):
    box = h.box('gx-explorer')
    click(box, 'Random draw')
    h.until('e.state.start', 'random draw 0')
    exact(h, box.get_by_label('decoded image'), 'e.image')
    box.locator('.gx-badge', has_text='stability').wait_for()              # it comes when the slider rests: the kernel has a clock
    click(h.box('gx-player'), 'one frame on')
    h.until('p.position', 1)
    tile(h, 2).click()
    h.page.keyboard.press('1')
    h.until('g.labels[2]', 'Black')
    expect(tile(h, 2)).to_have_attribute('data-mark', '0')
    expect(h.box('gx-grid').locator('.gx-save')).to_have_text('all saved')
    click(h.box('gx-map'), 'Principal plane')
    h.until('m.state.kind', 'principal')


def test_latest_change_wins(h):
    "A hundred movements of a slider: far fewer decodings than movements if the kernel is slow, and the last one is shown."
    box = h.box('gx-explorer')
    h.kernel.execute('''
decode, n = G.decode, []
def slow(z):
    n.append(1)
    time.sleep(.05)
    return decode(z)
G.decode = slow''')
    h.until('"slow" in globals()')
    box.get_by_role('slider').first.evaluate('''async s => { for (let i = 0; i < 100; i++) {
        s.value = -3 + .06*i; s.dispatchEvent(new Event('input')); await new Promise(r => setTimeout(r, 10)); } }''')
    h.until('abs(e.weights[0] - 2.95) < .01')
    n = h.ask('len(n)')
    assert 5 < n < 60, n                                               # 100 in a second and a bit, at 50 ms each
    exact(h, box.get_by_label('decoded image'), 'e.image')
    h.kernel.execute('G.decode = decode')


def test_a_kernel_that_does_not_answer(h):
    "The player plays all the same; what was not saved does not show as done, and the grid says so."
    box, player = h.box('gx-grid'), h.box('gx-player')
    with h.silent():
        tile(h, 10).click()
        h.page.keyboard.press('1'), h.page.keyboard.press('2')
        expect(box.locator('.gx-save')).to_have_text('saving 2 …')
        player.get_by_label('frames a second').select_option('60')
        click(player, 'Play')
        expect(box.locator('.gx-lost')).to_contain_text('your last 2 actions are not saved', timeout=6000)
        assert float(player.get_attribute('data-rate')) >= 30 and int(player.get_attribute('data-shown')) > 60
        click(player, 'Pause')
        assert tile(h, 10).get_attribute('data-mark') == ''
    expect(box.locator('.gx-save')).to_have_text('all saved', timeout=20_000)
    expect(box.locator('.gx-lost')).to_be_hidden()
    assert h.ask('g.state.marks[10:12]') == [0, 1]
    h.until('p.position', int(player.get_attribute('data-frame')))


def on_map(h, canvas):
    "The middle of each square of the map on the screen has the colour that the kernel painted there."
    inner = '''c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height), out = [], at = i => (i + .12)*460/21;
        for (let i = 0; i < 21; i++) for (let j = 0; j < 21; j++) {
          const o = 4*(Math.round(5 + at(i))*c.width + Math.round(50 + at(j)));
          out.push([...d.data.slice(o, o + 3)]);
        }
        return out; }'''
    want = h.ask('paint_regions(m.state.pred, m.state.conf, class_looks(clf.classes)).reshape(-1, 3).tolist()')
    end = time.time() + 20
    while (same := sum(a == b for a, b in zip(canvas.evaluate(inner), want))) < 380 and time.time() < end: time.sleep(.2)
    assert same >= 380, f'{same} of 441 squares have their exact colour'        # the others lie under signs and points


def test_the_mouse_on_the_map(h):
    "ipycanvas paints it: what is there, the place under the mouse, a click, a line that is drawn."
    page, box, canvas = h.page, h.box('gx-map'), h.page.locator('.gx-mapbox canvas').first
    h.ask('(m.show_points(False), m.use_plane(("Black", "Blonde", "PastelPink")))')
    on_map(h, canvas)
    canvas.scroll_into_view_if_needed()
    spot = canvas.bounding_box()
    scale = spot['width']/520
    def pixel(expression):
        x, y = h.ask(f'm._pixel(*{expression})')
        return spot['x'] + x*scale, spot['y'] + y*scale
    page.mouse.move(*pixel('(1., .5)'))
    h.until('max(abs(m.place[0] - 1), abs(m.place[1] - .5)) < .05')
    exact(h, box.get_by_label('image at this place'), 'm.image')
    page.mouse.move(*pixel('(-1., 1.)'), steps=40)
    page.mouse.down(), page.mouse.up()
    h.until('max(abs(m.place[0] + 1), abs(m.place[1] - 1)) < .05')
    assert h.ask('m.path is None')
    a, b = (f'm.state.plane.place(m.state.means["{c}"][None]).tolist()[0]' for c in ('Black', 'PastelPink'))
    page.mouse.move(*pixel(a)), page.mouse.down(), page.mouse.move(*pixel(b), steps=20), page.mouse.up()
    ends = '(m.path.z0 - m.state.means["Black"], m.path.z1 - m.state.means["PastelPink"])'
    h.until(f'm.path is not None and max(float(d.norm()) for d in {ends}) < .1')
    exact(h, box.locator('.gx-strip canvas').nth(3), 'm.path.images[3]')
    page.mouse.move(2, 2)                                               # a pointer left over the map would move the place when the page scrolls


def test_tab_goes_through_the_map(h):
    page = h.page
    assert page.locator('.gx-mapbox canvas').first.get_attribute('tabindex') is None
    h.box('gx-map').get_by_role('slider').first.focus()
    seen = set()
    for _ in range(14):
        page.keyboard.press('Tab')
        seen.add(page.evaluate('''() => { const e = document.activeElement;
            return e.closest('.gx-mapbox') ? e.getAttribute('aria-label') || e.textContent || e.type : 'outside'; }'''))
    assert {'outside', 'Show this plane', 'class 3 of the plane', 'checkbox'} <= seen, seen


def test_labelling_by_keyboard_leaves_the_notebook_alone(h):
    "In JupyterLab single keys are commands: delete, Markdown, below, above, copy, paste, cut, undo. In Voila there are none."
    page, before = h.page, h.cells()
    page.evaluate('() => document.activeElement.blur()')
    for _ in range(400):                                                 # into the grid, as a keyboard gets there
        page.keyboard.press('Tab')
        if page.evaluate('() => document.activeElement.getAttribute("role") === "option"'): break
    else: raise AssertionError('Tab does not reach the images')
    was = h.ask('g.state.marks')
    for k in ('d', 'd', 'm', 'b', 'c', 'v', '1', 'x', 'n', 'u', 'Home', 'Shift+ArrowRight', '2', 'a', 'Enter', 'z', 'z'):
        page.keyboard.press(k)
    h.until('g.state.marks != ' + repr(was))
    for name, label, role in (('gx-explorer', 'Middle', 'button'), ('gx-player', 'one frame on', 'button'), ('gx-map', 'up', 'slider')):
        h.box(name).get_by_role(role, name=label).first.focus()
        for k in ('b', 'd', 'd', 'm'): page.keyboard.press(k)
    page.wait_for_timeout(300)
    assert h.cells() == before


def test_a_reload(h):
    "Nothing is blank; in JupyterLab everything is as it was. In Voila there is a new kernel."
    h.ask('m.show_points(False)')
    expect(h.box('gx-grid').locator('.gx-save')).to_have_text('all saved')
    was = h.ask('g.labels')
    h.reload()
    if h.kind == 'voila': h.box('gx-grid')
    h.ask('m.show_points(False)')
    all_is_there(h)
    on_map(h, h.page.locator('.gx-mapbox canvas').first)                 # ipycanvas forgets what was drawn: it is drawn again
    if h.kind == 'voila': return
    assert h.ask('g.labels') == was
    expect(h.box('gx-grid').locator('.gx-count')).to_contain_text(f'{h.ask("g.counts()")["judged"]} of 100 judged')
    assert h.box('gx-grid').locator('[data-mark="0"]').count() == sum(m == 0 for m in h.ask('[g.state.marks[k] for k in g.shown]'))


def test_the_shortcuts_would_have_fired(h):
    "The test above can fail: with the focus on a stock button, the same keys do change the notebook."
    if h.kind == 'voila': return
    before = h.cells()
    h.page.get_by_role('button', name='stock').focus()
    h.page.keyboard.press('b')
    h.page.wait_for_timeout(500)
    assert len(h.cells()) == len(before) + 1


def test_narrow(h):
    "At 360 pixels the canvas of the map is not cut off either."
    if h.kind == 'lab': return                                           # its own panels take the room
    h.page.set_viewport_size(dict(width=360, height=800))
    h.page.wait_for_timeout(500)
    wide = h.page.evaluate("""() => [...document.querySelectorAll('.gx, .gx *, .gx-mapbox canvas')].filter(e => !e.closest('svg, .gx-strip, datalist')
        && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 120))""")
    assert not wide, wide
