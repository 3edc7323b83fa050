"Every control of every front end, by mouse and by keyboard, in a blank page: no notebook, no server; what only a host can show is in test_browser.py."
import re

import pytest, torch
from axe_playwright_python.sync_playwright import Axe
from pages import FrontEnd
from playwright.sync_api import expect
from torch import nn

from gen_explain.data import ImageData
from gen_explain.loading import load_classifier
from gen_explain.paths import centroids
from gen_explain.explore import class_looks
from gen_explain.widgets import front_end
from gen_explain.explorer import LatentExplorer
from gen_explain.player import InterpolationPlayer
from gen_explain.latent_map import LatentMap
from gen_explain.grid import LabelingGrid

pytestmark = pytest.mark.timeout(120)
HAIR = ['Black', 'Auburn', 'Blonde', 'BlondeGolden', 'Brown', 'BrownDark', 'PastelPink', 'Platinum', 'Red', 'SilverGray']


class Painter(nn.Module):
    "Paints and reads images of 16 x 16 in no time: front ends do not care what is on them."
    nz, shape = 8, (3, 16, 16)
    def __init__(self):
        super().__init__()
        self.paint, self.read = nn.Linear(8, 768), nn.Linear(768, 8)
    def decode(self, z): return torch.sigmoid(3*self.paint(z)).view(-1, *self.shape)
    def encode(self, x): return self.read(x.flatten(1))


@pytest.fixture(scope='module')
def made():
    "Generator, classifier, data."
    torch.manual_seed(0)
    G, net = Painter(), nn.Sequential(nn.Flatten(), nn.Linear(768, 10))
    x = torch.rand(100, 3, 16, 16)
    data = ImageData.from_floats(x, torch.arange(100) % 10, HAIR)
    return G, load_classifier(net, classes=HAIR, size=16, channels=3), data


@pytest.fixture(scope='module')
def page(browser):
    "One page for all: each test begins with an empty one."
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def show(page):
    "Shows a widget in the page: show(name, widget)."
    page.goto('about:blank')
    shown = []
    def open(name, widget, around=''):
        shown.append(FrontEnd(page, name, widget, around))
        return shown[-1]
    yield open
    for f in shown: assert not f.errors, f.errors
    page.evaluate('() => leave()')
    assert page.evaluate("() => Object.entries(model.on_).filter(([k, v]) => v.length && k !== 'change:message')") == [], 'a view that is gone listens'


def test_explorer_by_mouse(show, made, shots):
    e = LatentExplorer(*made)
    f = show('gx-explorer', e)
    box, s, canvas = f.box, e.state, f.box.get_by_label('decoded image')
    f.exact(canvas, e.image)
    f.click('Random draw')
    f.until(lambda: s.start, 'random draw 0')
    f.exact(canvas, e.image)
    f.click('Middle')
    f.until(lambda: s.start, 'the middle of the data')
    box.get_by_label('start from the centroid of a class').select_option('Red')
    f.until(lambda: s.start, 'centroid of Red, by label')
    box.get_by_label('number of the data image').fill('17')
    f.click('Data image')
    f.until(lambda: s.start.startswith('data image 17, repainted'))
    f.click('Pin')
    f.until(lambda: len(s.pins), 1)
    before = e.weights
    box.get_by_role('slider').first.click(position=dict(x=10, y=10))              # far to the left
    f.until(lambda: e.weights[0] < -3)
    assert e.weights[1:] == before[1:] and e.z.tolist() != s.pins[0][0].z.tolist()
    f.exact(canvas, e.image)
    f.click('compare with pin 1')
    f.until(lambda: s.other, 0)
    f.exact(box.get_by_label('pinned image', exact=True), s.pins[0][0].image)
    box.screenshot(path=shots/'explorer.png')
    f.click('go to pin 1')
    f.until(lambda: e.z.tolist() == s.pins[0][0].z.tolist())
    f.click('Stop comparing')
    f.until(lambda: s.other, None)
    f.click('Copy latent as code')
    f.serve()
    exec(box.get_by_label('the latent as Python').input_value(), there := {})
    assert there['z'].tolist() == e.z.tolist()
    f.click('remove pin 1')
    f.until(lambda: len(s.pins), 0)
    box.get_by_label('directions of the sliders').select_option('raw')
    f.until(lambda: s.kind, 'raw')
    expect(box.get_by_role('slider').first).to_have_attribute('aria-label', re.compile(r'z\['))


def test_explorer_by_keyboard(show, made):
    e = LatentExplorer(*made)
    f = show('gx-explorer', e)
    box, s, press, area = f.box, e.state, f.page.keyboard.press, f.box.get_by_label('the latent as Python')
    f.key('Random draw', 'Enter')
    f.until(lambda: s.start, 'random draw 0')
    f.key('Middle', ' ')
    f.until(lambda: s.start, 'the middle of the data')
    f.key('start from the centroid of a class', 'B', 'combobox')                  # the first that begins with B
    f.until(lambda: s.start, 'centroid of Black, by label')
    box.get_by_label('number of the data image').focus()
    press('ControlOrMeta+a'), f.page.keyboard.type('5')
    f.key('Data image', 'Enter')
    f.until(lambda: s.start.startswith('data image 5, repainted'))
    for key, kind in (('R', 'raw'), ('ArrowUp', 'principal')):
        f.key('directions of the sliders', key, 'combobox')
        f.until(lambda: s.kind, kind)
    expect(box.get_by_role('slider').first).not_to_have_attribute('aria-label', re.compile(r'z\['))
    for i in range(8):                                                            # every slider: three steps up
        was = e.weights[i]
        box.get_by_role('slider').nth(i).focus()
        for _ in range(3): press('ArrowRight')
        f.until(lambda: abs(e.weights[i] - was - .15) < .06)
    checks = {'Pin': lambda: len(s.pins) == 1, 'compare with pin 1': lambda: s.other == 0, 'Stop comparing': lambda: s.other is None,
              'go to pin 1': lambda: e.z.tolist() == s.pins[0][0].z.tolist(), 'Copy latent as code': lambda: len(e.code) > 100,
              'remove pin 1': lambda: not s.pins}
    for name, check in checks.items():
        f.key(name)
        f.until(check)
        if name.startswith('Copy'): expect(area).to_be_focused()
    f.until(lambda: 'stability' in box.locator('.gx-badge').inner_text())            # at rest, the badge is there
    assert box.get_by_role('meter').count() == 10
    e._serve(dict(do='start_class', args=['Green']))                              # an error is said where it can be seen
    f.serve()
    expect(box.get_by_role('alert')).to_contain_text("unknown class 'Green'")


def test_explorer_with_given_directions(show, made):
    "Sliders for directions of one's own: as far and in the units that they have, and back to them from others."
    G, clf, data = made
    axes = [('hat', torch.eye(8)[0] + torch.eye(8)[1]), ('beard', -2*torch.eye(8)[1])]
    e = LatentExplorer(G, clf, data, axes=axes)
    f = show('gx-explorer', e)
    box, sliders, kind = f.box, f.box.get_by_role('slider'), f.box.get_by_label('directions of the sliders')
    labels = lambda: [s.get_attribute('aria-label') for s in sliders.all()]
    f.until(labels, ['hat, in steps of the direction', 'beard, in steps of the direction'])
    start = e.z
    sliders.first.focus()
    f.page.keyboard.press('End')
    f.until(lambda: e.weights, [2, 0])
    assert torch.allclose(e.z, start + 2*axes[0][1], atol=1e-5)
    f.exact(box.get_by_label('decoded image'), e.image)
    kind.select_option('raw')
    f.until(lambda: len(labels()), 8)
    assert sliders.first.get_attribute('max') == '4'
    kind.select_option('given')
    f.until(lambda: len(labels()), 2)
    assert e.weights == [0, 0] and sliders.first.get_attribute('max') == '2' and sliders.first.input_value() == '0'


@pytest.fixture
def player(show, made, tmp_path):
    G, clf, data = made
    e = InterpolationPlayer(G, clf, centroids(G, data, k=2), 'Black', ('PastelPink', 1), n=17, out=tmp_path)
    return e, show('gx-player', e)


def test_player_by_mouse(player, tmp_path, shots):
    e, f = player
    box, page, canvas, frame = f.box, f.page, f.box.get_by_label('image on the path'), lambda: int(f.box.get_attribute('data-frame'))
    f.exact(canvas, e.path.images[0])
    f.click('one frame on'), f.click('one frame on')
    f.until(lambda: e.position, 2)
    f.exact(canvas, e.path.images[2])
    f.click('one frame back')
    f.until(lambda: e.position, 1)
    plot = box.locator('.gx-curves').first
    plot.click(position=dict(x=.5*plot.bounding_box()['width'], y=60))
    f.until(lambda: 6 < e.position < 10)
    slider = box.get_by_label('position on the path')
    slider.click(position=dict(x=slider.bounding_box()['width'] - 3, y=10))
    f.until(lambda: e.position > 14)
    box.get_by_label('frames a second').select_option('60')
    f.click('Play')                                                               # without a kernel: nothing is served
    page.wait_for_function('b => +b.dataset.shown > 50', arg=box.element_handle())
    assert float(box.get_attribute('data-rate')) >= 30
    f.click('Pause')
    at = frame()
    page.wait_for_timeout(100)
    assert frame() == at
    f.until(lambda: e.position, at)
    box.screenshot(path=shots/'player.png')
    box.get_by_role('combobox', name='start').select_option(index=16)
    f.until(lambda: e.start, (8, 0))
    box.get_by_role('combobox', name='end').select_option(index=1)
    f.until(lambda: e.end, (0, 1))
    assert 'from Red to Black' in plot.get_attribute('aria-label')
    f.click('Save GIF'), f.click('Save figure')
    f.until(lambda: sorted(p.name for p in tmp_path.iterdir()), ['Red-1-to-Black-2.gif', 'Red-1-to-Black-2.png'], 30)
    assert 'saved' in box.locator('.gx-news').inner_text()


def test_player_by_keyboard(player):
    e, f = player
    box, press = f.box, f.page.keyboard.press
    box.get_by_label('position on the path').focus()
    for key, at in (('Home', 0), ('ArrowRight', 1), ('End', 16), ('ArrowRight', 16), ('ArrowLeft', 15)):
        press(key)
        f.until(lambda: e.position, at)
    f.exact(box.get_by_label('image on the path'), e.path.images[15])
    press(' ')
    expect(box.get_by_role('button', name='Pause')).to_have_attribute('aria-pressed', 'true')
    press(' ')
    expect(box.get_by_role('button', name='Play', exact=True)).to_have_attribute('aria-pressed', 'false')
    f.key('one frame back'), f.key('Play'), f.key('Pause')
    f.key('start', 'A', 'combobox')                                               # Auburn
    f.until(lambda: e.start, (1, 0))
    f.key('end', 'ArrowDown', 'combobox')
    f.until(lambda: e.end, (7, 0))
    f.key('frames a second', '1', 'combobox')
    assert box.get_by_label('frames a second').input_value() == '10'
    e.position = 7                                                                # set in Python
    f.serve()
    assert box.get_attribute('data-frame') == '7'


def test_player_of_several_kinds(show, made, page, tmp_path):
    "Which centroids, and whether they or the image walk: by mouse, by keyboard; nothing of it where there is no choice."
    G, clf, data = made
    kinds = dict(mean=centroids(G, data), medoid=centroids(G, data, kind='medoid'))
    e = InterpolationPlayer(G, clf, kinds, 'Black', 'PastelPink', x=data[0], n=9, out=tmp_path)
    f = show('gx-player', e)
    box, canvas = f.box, f.box.get_by_label('image on the path')
    box.get_by_label('kind of centroids').select_option('medoid')
    f.until(lambda: e.kind, 'medoid')
    f.exact(canvas, e.path.images[0])
    assert torch.equal(e.path.z0, kinds['medoid']['Black'])
    box.get_by_label('who walks').select_option('image')
    f.until(lambda: e.walker, 'image')
    f.exact(canvas, e.path.images[0])
    assert torch.allclose(e.path.z0, G.encode(data[0][0][None])[0], atol=1e-4)
    f.click('Save GIF')
    f.until(lambda: [p.name for p in tmp_path.iterdir()], ['medoid-image-Black-to-PastelPink.gif'], 30)
    f.key('kind of centroids', 'ArrowUp', 'combobox')
    f.until(lambda: e.kind, 'mean')
    f.key('who walks', 'ArrowUp', 'combobox')
    f.until(lambda: e.walker, 'centroids')
    assert torch.equal(e.path.z0, kinds['mean']['Black']) and len(e.paths) == 4
    f.key('end', 'R', 'combobox')
    f.until(lambda: e.end, (8, 0))
    e.set_kind('medoid')                                                          # from Python
    f.serve()
    assert box.get_by_label('kind of centroids').input_value() == 'medoid'
    box.get_by_label('who walks').select_option('image')
    f.until(lambda: e.walker, 'image')
    e._serve(dict(do='set_kind', args=['sure']))
    f.serve()
    expect(box.get_by_role('alert')).to_contain_text('kind: expected one of mean, medoid')
    plain = show('gx-player', InterpolationPlayer(G, clf, kinds['mean'], 'Black', 'Red', n=5))
    for label in ('kind of centroids', 'who walks'): expect(plain.box.get_by_label(label).last).to_be_hidden()


@pytest.fixture
def atlas(show, made, page):
    e = LatentMap(*made, plane=('Black', 'Blonde', 'PastelPink'), res=5)
    f = show('gx-map', e.panel, 'gx-mapbox')
    return e, f


def test_map(atlas):
    "What stands below the map; the map itself is ipycanvas's and needs a host."
    e, f = atlas
    box, image, s = f.box, f.box.get_by_label('image at this place'), e.state
    box.get_by_text('data points').click()
    f.until(lambda: e.points, False)
    f.exact(image, e.image)
    e.line((0., 0.), (1., 1.))
    f.serve()
    f.exact(box.locator('.gx-strip canvas').nth(3), e.path.images[3])
    f.click('Clear line')
    f.until(lambda: e.path, None)
    expect(box.locator('.gx-path')).to_be_hidden()
    f.click('Principal plane')
    f.until(lambda: s.kind, 'principal')
    for i, c in enumerate(('Red', 'Brown', 'Platinum')): box.get_by_label(f'class {i + 1} of the plane').select_option(c)
    f.click('Show this plane')
    f.until(lambda: s.kind, ('Red', 'Brown', 'Platinum'))
    f.exact(image, e.image)
    across, up = box.get_by_role('slider').first, box.get_by_role('slider').nth(1)
    for slider, i, key, sign in ((across, 0, 'ArrowRight', 1), (across, 0, 'ArrowLeft', -1), (up, 1, 'ArrowUp', 1), (up, 1, 'ArrowDown', -1)):
        was = e.place[i]
        slider.focus(), f.page.keyboard.press(key)
        f.until(lambda: sign*(e.place[i] - was) > 0)
    f.key('Line starts here')                                                     # nothing is served: the buttons overtake the slider
    across.focus()
    for _ in range(5): f.page.keyboard.press('ArrowRight')
    f.key('Line ends here')
    f.until(lambda: e.path is not None)
    assert round(50*(s.ends[1][0] - s.ends[0][0])/(s.plane.lim[1] - s.plane.lim[0]), 2) == 5
    f.key('Clear line')
    f.until(lambda: e.path, None)
    box.get_by_role('checkbox').focus(), f.page.keyboard.press(' ')
    f.until(lambda: e.points)
    f.key('Principal plane', ' ')
    f.until(lambda: s.kind, 'principal')
    for i, c in enumerate(('A', 'S', 'P')): f.key(f'class {i + 1} of the plane', c, 'combobox')
    f.key('Show this plane')
    f.until(lambda: s.kind, ('Auburn', 'SilverGray', 'PastelPink'))


def test_tab_does_not_get_stuck_in_the_map(atlas):
    "ipycanvas puts its canvas into the tab order, at any time."
    e, f = atlas
    f.page.evaluate("""() => { const c = document.createElement('canvas'); c.tabIndex = 0; document.querySelector('.gx-mapbox').prepend(c); }""")
    canvas = f.page.locator('.gx-mapbox canvas').first
    expect(canvas).not_to_have_attribute('tabindex', re.compile('.*'))
    expect(canvas).to_have_attribute('role', 'img')
    canvas.evaluate('c => { c.tabIndex = 0; }')
    expect(canvas).not_to_have_attribute('tabindex', re.compile('.*'))


@pytest.fixture(scope='module')
def images(made): return made[2].x


@pytest.fixture
def grid(show, made, images, tmp_path):
    e = LabelingGrid(images, made[1], tmp_path)
    f = show('gx-grid', e)
    f.tile = lambda i: f.box.locator('[role=option]').nth(i)
    yield e, f
    e.close()


def test_grid_by_mouse(grid, tmp_path, shots, made):
    e, f = grid
    box, tile, names = f.box, f.tile, made[1].classes
    expect(box.locator('[role=option]')).to_have_count(40)
    for i in (0, 7, 39): f.exact(tile(i).locator('canvas'), e.x[e.shown[i]]/255)
    f.until(lambda: bool(re.search('predicted .*stability', tile(0).get_attribute('aria-label'))))      # the score comes after the page
    # one, a range, several
    tile(2).click()
    box.locator('button.gx-label[title=Black]').click()
    f.until(lambda: e.labels[2], 'Black')
    tile(4).click(), tile(6).click(modifiers=['Shift'])
    box.locator('button.gx-label', has_text='unsure').click()
    f.until(lambda: e.statuses[3:8], [None, 'unsure', 'unsure', 'unsure', None])
    tile(0).click(), tile(7).click(modifiers=['ControlOrMeta'])
    box.locator('button.gx-label', has_text='not a real image').click()
    f.until(lambda: [e.statuses[0], e.statuses[7], e.statuses[1]], ['not_real', 'not_real', None])
    tile(7).click()
    box.locator('button.gx-label', has_text='no judgement').click()
    f.until(lambda: e.statuses[7], None)
    f.click('Undo')
    f.until(lambda: e.statuses[7], 'not_real')
    f.click('Redo')
    f.until(lambda: e.statuses[7], None)
    expect(tile(2)).to_have_attribute('aria-label', re.compile('judged Black'))
    box.screenshot(path=shots/'grid.png')
    box.get_by_label('class by name, then Enter').fill('red')
    f.page.keyboard.press('Enter')
    f.until(lambda: 'Red' in e.labels)
    f.click('Accept rest of page')
    f.until(lambda: all(e.state.marks[k] is not None for k in e.shown))
    c = int(e.said[e.order[60]])
    box.get_by_label('accept everything that is predicted as').select_option(names[c])
    f.until(lambda: all(e.state.marks[k] is not None for k in e.given if int(e.said[k]) == c))
    f.click('Select page')
    expect(tile(39)).to_have_attribute('aria-selected', 'true')


def test_what_the_grid_shows(grid, tmp_path):
    e, f = grid
    box, tile = f.box, f.tile
    e.label(3, 'not_real')
    for name, page in (('next page', 1), ('page before', 0)):
        f.click(name)
        f.until(lambda: e.state.view['page'], page)
        f.exact(tile(0).locator('canvas'), e.x[e.shown[0]]/255)
    box.get_by_label('images on a page').select_option('20')
    f.until(lambda: box.locator('[role=option]').count(), 20)
    for order in ('confidence', 'disagreement', 'stability'):
        box.get_by_label('order').select_option(order)
        f.until(lambda: e.state.view['sort'], order)
        f.exact(tile(0).locator('canvas'), e.x[e.shown[0]]/255)
    box.get_by_label('which images').select_option('not_real')
    f.until(lambda: box.locator('[role=option]').count(), 1)
    box.get_by_label('which images').select_option('unsure')
    f.until(lambda: box.get_by_text('There is no image under this filter.').is_visible())
    box.get_by_label('which images').select_option('all')
    box.get_by_label('hide predictions').click()
    f.until(lambda: e.state.view['hidden'])
    expect(tile(0).locator('.gx-pred')).to_be_empty()
    assert 'predicted' not in tile(0).get_attribute('aria-label')
    box.get_by_label('hide predictions').click()
    box.get_by_label('what to export').select_option('all')
    f.click('Export')
    f.until(lambda: sorted(p.name for p in tmp_path.glob('*.zip')), ['images.zip', 'labels.zip'])
    expect(box.locator('.gx-news').last).to_contain_text('labels.zip')
    expect(box.locator('.gx-save')).to_have_text('all saved')
    e.close()
    f.serve()
    expect(box.get_by_text('This grid is closed')).to_be_visible()
    expect(box.get_by_role('button', name='Export')).to_be_disabled()


def test_fifty_images_without_a_mouse(grid, tmp_path):
    "Labelled, looked through, taken back, and exported, by keys alone; the kernel answers after every key, or after several."
    e, f = grid
    page, key, box = f.page, f.page.keyboard.press, f.box
    for _ in range(60):                                                  # into the grid, as a keyboard gets there
        key('Tab')
        if page.evaluate('() => document.activeElement.getAttribute("role") === "option"'): break
    else: raise AssertionError('Tab does not reach the images')
    want = []
    while sum(k not in 'db' for k in want) < 50:
        want.append('12345d67890nuabx'[len(want) % 16])
        key(want[-1])
        if len(want) % 3 == 0: f.serve()
    f.until(lambda: sum(m is not None for m in e.state.marks), sum(k not in 'dbx' for k in want))
    pred, marks, order = e.said.tolist(), list(e.state.marks), list(e.order)
    keys, expected = [k for k in want if k not in 'db'], []              # 'd' and 'b' are no keys of ten classes: the next key falls on the same image
    for i, k in zip(order, keys):
        expected.append({'n': 'not_real', 'u': 'unsure', 'x': None, 'a': pred[i]}[k] if k in 'nuxa' else '1234567890'.index(k))
    assert [marks[i] for i in order[:len(expected)]] == expected
    assert e.state.view['page'] == 1                                     # after the last image of a page comes the next page
    key('z')
    f.until(lambda: e.state.undone != [])
    key('y')
    f.until(lambda: e.state.undone == [])
    at = e.state.done[-1][0][0]                                          # undo goes back to its image: what is typed at once is meant for it
    page.wait_for_function(f'() => +document.activeElement.dataset.at === {at}')
    key('1'), key('z'), key('2')
    f.until(lambda: e.state.marks[at], 1)
    key('Home'), key('Shift+ArrowRight'), key('Shift+ArrowRight'), key('u')
    f.until(lambda: [e.state.marks[k] for k in e.shown[:3]], ['unsure']*3)
    key('Control+z')
    f.until(lambda: [e.state.marks[k] for k in e.shown[:3]], [marks[i] for i in order[40:43]])
    key('ArrowDown'), key(' '), key('ArrowRight'), key(' '), key('Escape'), key('Control+a'), key('Escape'), key('PageUp')
    f.until(lambda: e.state.view['page'], 0)
    key('/')
    page.keyboard.type('Platinum'), key('Enter')
    f.until(lambda: 'Platinum' in e.labels)
    key('/'), page.keyboard.type('Plat'), key('Enter')
    expect(box.get_by_label('class by name, then Enter')).to_have_attribute('aria-invalid', 'true')
    key('Escape')
    for _ in range(60):                                                  # out of the list, back to the button
        key('Shift+Tab')
        if page.evaluate('() => document.activeElement.textContent === "Export"'): break
    else: raise AssertionError('Tab does not reach Export')
    key('Enter')
    f.until(lambda: sorted(p.name for p in tmp_path.glob('*.zip')), ['images.zip', 'labels.zip'])
    for label in ('order', 'which images', 'images on a page', 'what to export'): f.key(label, 'ArrowDown', 'combobox')
    f.until(lambda: [e.state.view[k] for k in ('sort', 'filter', 'size')], ['confidence', 'unjudged', 100])
    box.get_by_label('hide predictions').focus(), key(' ')
    f.until(lambda: e.state.view['hidden'])
    for name in ('Undo', 'Redo', 'Select page'): f.key(name)
    box.locator('button.gx-label[title=Brown]').focus(), key('Enter')
    f.until(lambda: e.state.done[-1][2][0], 4)


def test_what_is_typed_before_a_page_comes_is_meant_for_it(grid):
    "Nothing is served: the keys wait, in their order, and none is lost."
    e, f = grid
    f.tile(39).click()
    for k in '12345': f.page.keyboard.press(k)
    assert [m['content']['args'][:2] for m in f.page.evaluate('() => model.sent')] == [['mark', [[e.shown[39]], 0]], ['show', [1]]]
    f.until(lambda: [e.state.marks[k] for k in e.order[39:44]], [0, 1, 2, 3, 4])


def test_a_page_that_does_not_come_holds_no_keys_back(grid):
    "The kernel says no: what was typed goes to the page that is there."
    e, f = grid
    f.tile(0).click()
    f.page.keyboard.press('PageDown'), f.page.keyboard.press('3')
    (sent,) = f.sent()
    assert sent['content']['args'][:2] == ['show', [1]]
    f.put(status=e.status | dict(ack=sent['content']['args'][2:]))
    f.until(lambda: e.state.marks[e.shown[0]], 2)


def test_undo_waits_for_its_own_answer(grid):
    "Two answers at once, of a judgement and of its undoing: what was typed after the undo is meant for the image that is taken back."
    e, f = grid
    f.tile(5).click()
    for k in '1z2': f.page.keyboard.press(k)
    first, second = [m['content']['args'][2:] for m in f.sent()]
    f.page.evaluate('([i, a, b]) => { all[i].put(a); all[i].put(b); }', [
        f.i, dict(status=e.status | dict(ack=first, back=None)), dict(status=e.status | dict(ack=second, back=e.shown[5]))])
    f.until(lambda: e.state.marks[e.shown[5]], 1)
    assert e.state.marks[e.shown[6]] is None


def test_what_is_not_saved_does_not_show_as_done(grid):
    e, f = grid
    box = f.box
    f.tile(0).click()
    f.page.keyboard.press('1'), f.page.keyboard.press('2')
    expect(box.locator('.gx-save')).to_have_text('saving 2 …')
    expect(box.locator('.gx-lost')).to_be_hidden()
    f.page.evaluate('() => { const now = Date.now; Date.now = () => now() + 3100; }')
    f.page.keyboard.press('3')
    expect(box.locator('.gx-lost')).to_contain_text('The kernel has not answered for 3 s: your last 3 actions are not saved.')
    assert f.tile(0).get_attribute('data-mark') == ''
    f.put(status=e.status | dict(ack=['another view', 3]))               # not an answer to this one
    expect(box.locator('.gx-save')).to_have_text('saving 3 …')
    f.serve()
    expect(box.locator('.gx-save')).to_have_text('all saved')
    expect(box.locator('.gx-lost')).to_be_hidden()
    assert e.state.marks[:3] == [0, 1, 2] and f.tile(1).get_attribute('data-mark') == '1'


def test_keys_stay_with_the_grid(grid):
    "No key that is ours reaches the page around; browser shortcuts do."
    e, f = grid
    f.page.evaluate("() => { window.seen = []; document.addEventListener('keydown', e => seen.push(e.key)); }")
    f.tile(0).click()
    for k in ('b', 'd', '1', 'Enter', 'Control+z', 'Control+b'): f.page.keyboard.press(k)
    assert f.page.evaluate('() => seen.filter(k => k !== "Control")') == ['b']      # the last: Control+b
    assert f.page.evaluate("() => document.querySelector('.gx').hasAttribute('data-lm-suppress-shortcuts')") is False
    f.page.keyboard.press('a')
    assert f.page.evaluate("() => document.querySelector('.gx').hasAttribute('data-lm-suppress-shortcuts')") is True


@pytest.mark.parametrize('n', [1, 200])
def test_many_classes_and_text_that_looks_like_html(page, n):
    "The bars of 200 classes are those of the 20 most probable; a name stays text."
    page.set_content('<main></main>')
    looks = class_looks(['<b>bold</b>'] + [f'class {i}' for i in range(1, n)])
    page.evaluate('''async ([code, looks]) => {
      const {bars} = await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
      const box = bars(looks);
      document.querySelector('main').append(box);
      box.update(looks.map((_, i) => (i ? .5/(looks.length - 1) : looks.length > 1 ? .5 : 1)));
    }''', [front_end('kit'), looks])
    assert page.locator('[role=meter]').count() == min(n, 20) and page.locator('b').count() == 0
    assert page.locator('[role=meter]').first.get_attribute('aria-label') == '<b>bold</b>'
    if n == 200: expect(page.locator('.gx-rest')).to_have_text('180 others: 0.452')


def test_narrow_and_accessible(page, show, made, images, tmp_path, shots):
    "At 360 pixels nothing is cut off; roles, names and contrast hold, in light and in dark."
    G, clf, data = made
    e, m, g = LatentExplorer(G, clf, data), LatentMap(G, clf, data, res=5), LabelingGrid(images[:12], clf, tmp_path)
    e.pin(), e.compare(0), g.label(slice(0, 3), 'Red'), m.line((0., 0.), (1., 1.))
    show('gx-explorer', e), show('gx-player', InterpolationPlayer(G, clf, dict(mean=centroids(G, data), medoid=centroids(G, data, kind='medoid')), 'Black', 'Red', x=data[0], n=9))
    show('gx-map', m.panel, 'gx-mapbox'), show('gx-grid', g)
    for dark in (False, True):
        if dark: page.add_style_tag(content=':root{--jp-ui-font-color0:#fff;--jp-layout-color0:#111;--jp-layout-color1:#212121} body{background:#111}')
        found = Axe().run(page, context='.gx', options=dict(runOnly=['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']))
        bad = [(v['id'], v['nodes'][0]['html'][:200], v['nodes'][0]['failureSummary'][:300]) for v in found.response['violations'] if v['id'] != 'region']
        assert not bad, bad
        assert len(found.response['passes']) > 10
    page.set_viewport_size(dict(width=360, height=800))
    wide = page.evaluate("""() => [...document.querySelectorAll('.gx, .gx *')].filter(e => !e.closest('svg, .gx-strip, datalist')
        && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 120))""")
    assert not wide, wide
    page.screenshot(path=shots/'narrow.png', full_page=True)
    g.close()
