"Everyone's data: each published layout, shards that survive a kill, hostile and broken files, and a fuzz of the readers."
import csv, io, json, os, pickle, signal, tarfile, warnings, zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from forks import Forks
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from gen_explain.figures import image_png
from gen_explain.images import Fit, encode_png, fit_image
from gen_explain.arrays import read_table
from gen_explain.data import ImageData, ImageSource
from gen_explain.shards import read_zip, write_zip
from gen_explain.avatars import avatar_factors, draw_avatars
from gen_explain.sources import load_images
from gen_explain.describe import describe
from gen_explain.datasets import load_data
from test_corrections import StyleGanFolder

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
SHARED = Path(__file__).parents[2]/'shared'/'data'


@pytest.fixture(scope='module')
def faces(): return draw_avatars(avatar_factors(40, seed=5), 32)


@pytest.fixture
def photos(tmp_path):
    "A folder per class, of JPEG files of different sizes."
    rng = np.random.default_rng(0)
    for c in ('cat', 'dog'):
        (tmp_path/'photos'/c).mkdir(parents=True)
        for i in range(5): Image.fromarray(rng.integers(0, 256, (40 + i, 60 - i, 3), dtype=np.uint8)).save(tmp_path/'photos'/c/f'{i}.jpg', quality=95)
    return tmp_path/'photos'


# Shards

def test_shards_in_stylegans_layout(faces, tmp_path):
    paths = write_zip(faces, tmp_path, 15)
    got = [r[k] for r in map(StyleGanFolder, paths) for k in range(len(r.names))]
    assert (np.stack(got) == faces.x.numpy()).all()
    assert np.concatenate([StyleGanFolder(p).labels for p in paths]).tolist() == faces.y.tolist()
    for p in paths:
        with zipfile.ZipFile(p) as z: assert {i.compress_type for i in z.infolist()} == {zipfile.ZIP_STORED} and z.testzip() is None


def test_the_same_bytes_however_many_threads(faces, tmp_path):
    made = [[p.read_bytes() for p in write_zip(faces, tmp_path/str(w), 7, workers=w)] for w in (1, 2, 5)]
    assert made[0] == made[1] == made[2]


def test_stylegans_own_zip_and_corrections_are_read(faces, tmp_path):
    with zipfile.ZipFile(tmp_path/'a.zip', 'w', zipfile.ZIP_DEFLATED) as z:
        for i, x in enumerate(faces.x): z.writestr(f'00000/img{i:08d}.png', image_png(x.permute(1, 2, 0).numpy()))
        z.writestr('dataset.json', json.dumps(dict(labels=[[f'00000/img{i:08d}.png', int(y)] for i, y in enumerate(faces.y)])))
    got = read_zip(tmp_path/'a.zip')
    assert torch.equal(got.x, faces.x) and torch.equal(got.y, faces.y) and got.classes == [str(i) for i in range(int(faces.y.max()) + 1)]
    assert load_images(tmp_path/'a.zip', size=16).x.shape == (40, 3, 16, 16)


def test_a_source_of_paths_or_pictures_is_known_again(photos, tmp_path):
    files = sorted(photos.rglob('*.jpg'))
    for k, raw in enumerate((lambda i: Path(str(files[i])), lambda i: Image.open(files[i]))):
        write = lambda: write_zip(ImageSource(lambda ix: map(raw, ix), list(map(str, files)), [3, 16, 16], Fit(16)), tmp_path/str(k), 4)
        first = [p.read_bytes() for p in write()]
        (tmp_path/str(k)/'images-00001-of-00003.zip').unlink()
        assert [p.read_bytes() for p in write()] == first


def test_unlabelled(faces, tmp_path):
    write_zip(ImageData(faces.x), tmp_path, 15)
    assert read_zip(tmp_path).y is None and json.loads(zipfile.ZipFile(tmp_path/'images-00000-of-00003.zip').read('dataset.json'))['labels'] is None


def test_a_map_is_of_these_files_and_no_others(faces, tmp_path):
    write_zip(faces, tmp_path/'z', 15)
    a = read_zip(tmp_path/'z', mapped=True)
    assert a.fingerprint() == faces.fingerprint() and len(list((tmp_path/'z').glob('.map-*.u8'))) == 1
    stored = next((tmp_path/'z').glob('.map-*.u8')).read_bytes()
    a.x[0] = 0                                                                                       # stays in memory
    assert next((tmp_path/'z').glob('.map-*.u8')).read_bytes() == stored and torch.equal(read_zip(tmp_path/'z', mapped=True).x, faces.x)
    for p in (tmp_path/'z').glob('*.zip'): p.unlink()
    write_zip(faces.label_by('skin'), tmp_path/'z', 15)
    assert read_zip(tmp_path/'z', mapped=True).classes == faces.attr_names['skin'] and len(list((tmp_path/'z').glob('.map-*.u8'))) == 1
    next((tmp_path/'z').glob('.map-*.u8')).write_bytes(stored[:-1])                                   # cut: made again
    assert torch.equal(read_zip(tmp_path/'z', mapped=True).x, faces.x)
    assert read_zip(tmp_path/'z', mapped=tmp_path/'elsewhere').fingerprint() == faces.label_by('skin').fingerprint() and list((tmp_path/'elsewhere').glob('.map-*.u8'))


CHILD = '''
import os, sys, torch
os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
from gen_explain import shards
from gen_explain.data import ImageData
from gen_explain.shards import read_zip, write_zip
import gen_explain.core, signal
at, n = int(sys.argv[2]), 0
real = os.replace
def replace(a, b):
    global n
    n += 1
    if n == at: os.kill(os.getpid(), signal.SIGKILL)
    real(a, b)
os.replace = replace
encode = shards.encode_png
def slow(*a):
    global n
    n += 1
    if n == at: os.kill(os.getpid(), signal.SIGKILL)
    return encode(*a)
shards.encode_png = slow
g = torch.Generator().manual_seed(0)
d = ImageData(torch.randint(0, 256, (60, 3, 8, 8), generator=g, dtype=torch.uint8), torch.arange(60) % 3, ['a', 'b', 'c'])
write_zip(d, sys.argv[1], 9)
read_zip(sys.argv[1], mapped=True)
print('done', d.fingerprint())
'''


@pytest.fixture(scope='module')
def child(tmp_path_factory):
    with Forks(CHILD, tmp_path_factory.mktemp('said')) as child: yield child


def test_killed_while_shards_are_written(child, tmp_path):
    "At points spread over all that is done: no half shard is read, the next call finishes, and the bytes are those of an undisturbed call."
    whole = child(tmp_path/'whole', -1)
    assert whole.stdout.startswith('done'), whole.stderr
    want = {p.name: p.read_bytes() for p in (tmp_path/'whole').glob('*.zip')}
    assert len(want) == 7
    kills = 0
    for at in (1, 8, 23, 40, 58, 75, 76):
        folder = tmp_path/str(at)
        r = child(folder, at)
        if r.returncode == -signal.SIGKILL:
            kills += 1
            for p in folder.glob('images-*.zip'): assert p.read_bytes() == want[p.name]               # those that are there are whole
            if len(list(folder.glob('images-*.zip'))) < 7:
                with pytest.raises((ValueError, FileNotFoundError), match='are missing|holds no zip files'): read_zip(folder)
            before = {p.name: p.stat().st_mtime_ns for p in folder.glob('images-*.zip')}
            again = child(folder, -1)
            assert again.stdout == whole.stdout, again.stderr
            assert all(p.stat().st_mtime_ns == before[p.name] for p in folder.glob('images-*.zip') if p.name in before)      # nothing was written twice
        assert {p.name: p.read_bytes() for p in folder.glob('*.zip')} == want and not list(folder.glob('.*.tmp'))
    assert kills >= 6


# Published layouts that the notebook does not show

def test_fashion_mnist_for_real():
    if not SHARED.is_dir(): pytest.skip('the real files are not there')
    data = load_data('fashion-mnist', root=SHARED, split='test', download=False)
    look = describe(data)
    assert look.n == 10_000 and look.counts == {c: 1000 for c in data.classes} and not look.broken and look.high == 255


def test_fashion_mnist_as_shards(tmp_path):
    if not SHARED.is_dir(): pytest.skip('the real files are not there')
    data = load_data('fashion-mnist', root=SHARED, split='test', download=False)
    assert len(write_zip(data, tmp_path)) == 2 and read_zip(tmp_path).fingerprint() == data.fingerprint()


def test_celeba(tmp_path, monkeypatch):
    "torchvision compares the MD5 of the published files, which small ones cannot have; all else is real."
    import torchvision
    monkeypatch.setattr(torchvision.datasets.CelebA, '_check_integrity', lambda self: True)
    folder = tmp_path/'celeba'
    (folder/'img_align_celeba').mkdir(parents=True)
    names = [f'{i:06d}.jpg' for i in range(1, 11)]
    for i, n in enumerate(names): Image.new('RGB', (178, 218), (20*i, 100, 50)).save(folder/'img_align_celeba'/n)
    table = lambda f: ''.join(f'{n} {f(i)}\n' for i, n in enumerate(names))
    (folder/'list_attr_celeba.txt').write_text('10\nMale Smiling\n' + table(lambda i: f'{1 if i % 2 else -1} {1 if i > 4 else -1}'))
    (folder/'list_eval_partition.txt').write_text(table(lambda i: 0 if i < 6 else 1 if i < 7 else 2))
    (folder/'identity_CelebA.txt').write_text(table(lambda i: i))
    (folder/'list_bbox_celeba.txt').write_text('10\nx_1 y_1 width height\n' + table(lambda i: '1 1 9 9'))
    (folder/'list_landmarks_align_celeba.txt').write_text('10\nlefteye_x lefteye_y\n' + table(lambda i: '1 1'))
    train = load_data('celeba', root=tmp_path, label='Smiling', download=False)
    assert train.x.shape == (6, 3, 64, 64) and train.y.tolist() == [0]*5 + [1] and train.classes == ['no', 'yes'] and train.attrs['Male'].tolist() == [0, 1]*3
    assert load_data('celeba', root=tmp_path, split='test', size=32, download=False).x.shape == (3, 3, 32, 32)


def test_a_hugging_face_data_set(faces):
    datasets = pytest.importorskip('datasets')
    f = datasets.Features(dict(image=datasets.Image(), label=datasets.ClassLabel(names=faces.classes), wears=datasets.Value('string'), id=datasets.Value('int64')))
    ds = datasets.Dataset.from_dict(dict(image=[dict(bytes=image_png(x.permute(1, 2, 0).numpy()), path=None) for x in faces.x], label=faces.y.tolist(), wears=[faces.attr_names['glasses'][g] for g in faces.attrs['glasses']], id=list(range(40))), features=f)
    got = load_images(ds)
    assert torch.equal(got.x, faces.x) and torch.equal(got.y, faces.y) and got.classes == faces.classes
    assert [got.attr_names['wears'][v] for v in got.attrs['wears']] == [faces.attr_names['glasses'][g] for g in faces.attrs['glasses']]
    assert load_images(ds, label='wears', size=16, channels=1).x.shape == (40, 1, 16, 16)
    with pytest.raises(TypeError, match='choose one of train'): load_images(datasets.DatasetDict(train=ds))


def test_torchvisions_image_folder(photos):
    import torchvision
    got, ours = load_images(torchvision.datasets.ImageFolder(photos), size=32), load_images(photos, size=32)
    assert got.fingerprint() == ours.fingerprint()


def test_downloads_are_whole_or_not_there(tmp_path, monkeypatch):
    "From a server on this machine that breaks off in the middle the first time."
    import http.server, threading
    from gen_explain import datasets as sources
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode='w:gz') as t:
        for i in range(10):
            for name, data in ((f'cartoonset10k/cs{i}.png', image_png(np.full((20, 20, 3), 20*i, np.uint8))), (f'cartoonset10k/cs{i}.csv', f'"hair_color", {i}, 10\n"hair", {i % 2}, 111\n'.encode())):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
    body, calls = body.getvalue(), []
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(200)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body if len(calls) > 1 else body[:500])
        def log_message(self, *a): pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f'http://127.0.0.1:{server.server_port}/cartoonset10k.tgz'
    with pytest.raises(RuntimeError, match='127.0.0.1'): sources.locate(sources.Request('cartoonset10k', tmp_path), ['x', 'cartoonset10k.tgz'], [url])
    assert not list(tmp_path.iterdir())
    sources.locate(sources.Request('cartoonset10k', tmp_path), ['x', 'cartoonset10k.tgz'], [url])
    server.shutdown()
    assert len(load_data('cartoonset10k', root=tmp_path, size=20, download=False)) == 8


def test_unlabelled_data_works_where_labels_are_not_the_point(faces):
    from gen_explain.classifiers import train_classifier
    from gen_explain.vae import train_vae
    from gen_explain.gan import train_gan
    from gen_explain.steering import ClassTarget
    from gen_explain.frontiers import find_frontier
    from gen_explain.atlas import frontier_atlas
    from gen_explain.counterfactuals import counterfactual
    from gen_explain.explorer import LatentExplorer
    from gen_explain.latent_map import LatentMap
    clf, data = train_classifier(faces.label_by('glasses'), epochs=1, width=.25), ImageData(faces.x)
    vae = train_vae(data, nz=4, width=.125, epochs=2)
    gan = train_gan(data, steps=2, width=.125, bs=8)
    train_gan(data, init=gan, steer=ClassTarget(clf, 0), steps=1, bs=8)
    for G in (vae, gan): assert len(find_frontier(G, clf, {0: .5, 1: .5}, n=2, data=data, pool=256, rounds=1).z) == 2
    counterfactual(vae, clf, data.floats(slice(0, 1)), 1, n=1), frontier_atlas(vae, clf, n=1, data=data, pool=256, rounds=1)
    LatentExplorer(vae, clf, data), LatentMap(vae, clf, data)
    assert describe(data).counts == {} and data.split(.5)[0].y is None


# Hostile and broken input: what comes, and what is said

def png(mode='RGB', size=(20, 20), **kw):
    b = io.BytesIO()
    Image.new(mode, size, **kw).save(b, 'png')
    return b.getvalue()


def with_file(name, data):
    def change(photos):
        (photos/name).parent.mkdir(parents=True, exist_ok=True)
        (photos/name).write_bytes(data if isinstance(data, bytes) else data(photos))
        return photos
    return change


HOSTILE = {
    'a cut-off JPEG': (with_file('cat/9.jpg', lambda p: (p/'cat'/'0.jpg').read_bytes()[:900]), dict(size=16), 'cat/9.jpg: not a whole image (image file is truncated'),
    'a cut-off PNG': (with_file('cat/9.png', lambda p: image_png(np.random.default_rng(0).integers(0, 256, (30, 30, 3), dtype=np.uint8))[:700]), dict(size=16), 'cat/9.png: not a whole image'),
    'text that is called PNG': (with_file('dog/a.png', b'hello'), dict(size=16), 'dog/a.png: not a whole image (of no known kind'),
    'an EPS program that is called PNG': (with_file('dog/a.png', b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(rm) run\n'), dict(size=16), 'of no known kind'),
    'a PNG that says it is 30,000 pixels wide': (with_file('dog/a.png', encode_png(np.zeros((3, 1, 30000), np.uint8)).replace((1).to_bytes(4, 'big') + b'\x08\x02', (29999).to_bytes(4, 'big') + b'\x08\x02', 1)), dict(size=16), 'dog/a.png: not a whole image'),
    'no images': (lambda p: (p.parent/'empty').mkdir() or p.parent/'empty', {}, 'there are no images'),
    'mixed sizes': (lambda p: p, {}, 'the images have 5 sizes (cat/'),
    'images beside the folders': (with_file('a.png', png()), dict(size=16), "images lie beside the folders of the classes, 'a.png' for one"),
    'a table that lacks a row': (with_file('t.csv', b'file,label\n' + b''.join(f'{c}/{i}.jpg,{c}\n'.encode() for c in ('cat', 'dog') for i in range(5))[:-14]), dict(size=16, labels='t.csv'), 't.csv: 1 of 10 images have no row, \'dog/4.jpg\' for one'),
    'a table with a short row': (with_file('t.csv', b'file,label\ncat/0.jpg\n'), dict(size=16, labels='t.csv'), 't.csv, line 2: expected 2 cells, got 1'),
    'a table with an open quote': (with_file('t.csv', b'file,label\n"cat/0.jpg,1\n'), dict(size=16, labels='t.csv'), 't.csv, line'),
    'a class that is not among those given': (lambda p: p, dict(size=16, classes=['cat', 'cow']), "'dog' is none of the classes cat, cow"),
    'an unknown way to fit': (lambda p: p, dict(size=16, fit='zoom'), "fit: expected one of crop, pad, stretch, got 'zoom'"),
    'a size of 0': (lambda p: p, dict(size=0), 'size: expected 1 to 4096 pixels, got 0'),
    'two channels': (lambda p: np.zeros((4, 8, 8, 2)), {}, 'expected 1, 3 or 4 channels, first or last, got [4, 8, 8, 2]'),
    'labels out of range': (lambda p: np.zeros((4, 8, 8, 3)), dict(labels=[0, 1, 7, 1], classes=['a', 'b']), 'labels: expected 0 to 1 for 2 classes, got 0 to 7'),
    'too few labels': (lambda p: np.zeros((4, 8, 8, 3)), dict(labels=[0, 1]), 'labels: expected 4, one per image, got [2]'),
    'labels that are two at once': (lambda p: np.zeros((2, 8, 8, 3)), dict(labels=[[1, 1], [0, 1]]), 'labels: expected a single 1 in each row'),
    'values that are not numbers': (lambda p: np.full((2, 8, 8, 3), np.nan), {}, 'expected finite numbers'),
    'standardised values': (lambda p: np.random.default_rng(0).normal(size=(2, 8, 8, 3)), {}, 'expected [0, 1], [-1, 1] or 0 to 255'),
    'an archive that is none': (with_file('a.tgz', b'hello'), 'a.tgz', 'a.tgz'),
}


def zip_of(*members, **kw):
    def change(photos):
        with zipfile.ZipFile(photos/'a.zip', 'w', **kw) as z:
            for name, data in members: z.writestr(name, data)
        return photos
    return change


def tar_of(*members):
    def change(photos):
        with tarfile.open(photos/'a.tgz', 'w:gz') as t:
            for m, data in members:
                info = m if isinstance(m, tarfile.TarInfo) else tarfile.TarInfo(m)
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        return photos
    return change


def link(name, to):
    m = tarfile.TarInfo(name)
    m.type, m.linkname = tarfile.SYMTYPE, to
    return m


def bomb(photos):
    with zipfile.ZipFile(photos/'a.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('cat/0.png', bytes(300*2**20))
    return photos


HOSTILE |= {
    'a zip that leads outside': (zip_of(('../../evil.png', png())), 'a.zip', "member '../../evil.png' is not a name that belongs there; nothing was read"),
    'a zip with an absolute path': (zip_of(('/tmp/evil.png', png())), 'a.zip', "member '/tmp/evil.png' is not a name"),
    'a zip bomb': (bomb, 'a.zip', 'is said to be 314,572,800 bytes'),
    'a tar that leads outside': (tar_of(('../evil.png', png())), 'a.tgz', "member '../evil.png' is not a name"),
    'a tar with nothing but a link': (tar_of((link('a.png', '/etc/passwd'), b'')), 'a.tgz', 'there are no images'),
    'shards whose labels are out of range': (zip_of(('a.png', png()), ('dataset.json', '{"labels": [["a.png", 5]], "classes": ["x", "y"]}')), 'a.zip', 'y: expected 0 to 1 for 2 names, got 5 to 5'),
    'shards with an image of another size': (zip_of(('a.png', png()), ('b.png', png(size=(9, 9))), ('dataset.json', '{"labels": null}')), 'a.zip', 'b.png: not a whole image (RGB, 9 x 9; expected RGB, 20 x 20)'),
    'shards with a 16-bit image': (zip_of(('a.png', png('I;16')), ('dataset.json', '{"labels": null}')), 'a.zip', 'a.png: not a whole image (PNG, I;16; expected PNG, grey (L) or RGB)'),
    'shards with a label missing': (zip_of(('a.png', png()), ('b.png', png()), ('dataset.json', '{"labels": [["a.png", 0]]}')), 'a.zip', "labels: 1 images have none, 'b.png' for one"),
    'shards with labels that are lists': (zip_of(('a.png', png()), ('dataset.json', '{"labels": [["a.png", [0, 1]]]}')), 'a.zip', 'expected pairs of a name and a class'),
}


@pytest.mark.parametrize('what', HOSTILE)
def test_hostile(what, photos):
    change, args, text = HOSTILE[what]
    source = change(photos)
    if isinstance(args, str): source, args = source/args, {}
    root = photos.parent
    seen = sorted(p.relative_to(root) for p in root.rglob('*'))
    with pytest.raises((ValueError, TypeError, FileNotFoundError)) as e: load_images(source, **args)
    assert text in str(e.value), e.value
    assert sorted(p.relative_to(root) for p in root.rglob('*')) == seen and not (root.parent/'evil.png').exists()


def test_broken_images_can_be_left_out(photos):
    (photos/'cat'/'9.jpg').write_bytes(b'hello')
    (photos/'dog'/'9.jpg').write_bytes((photos/'dog'/'0.jpg').read_bytes()[:700])
    with pytest.warns(UserWarning, match='2 of 12 images are broken and were left out: cat/9.jpg, dog/9.jpg'): data = load_images(photos, size=16, broken='skip')
    assert len(data) == 10 and data.y.tolist() == [0]*5 + [1]*5 and list(data.skipped) == ['cat/9.jpg', 'dog/9.jpg']
    for channels in (None, 3): assert list(describe(load_images(photos, size=16, channels=channels, lazy=True)).broken) == ['cat/9.jpg', 'dog/9.jpg']
    assert load_images(photos, size=16, channels=3, broken='skip', lazy=True).load().fingerprint() == data.fingerprint()
    write_zip(load_images(photos, size=16, broken='skip', lazy=True), photos.parent/'zips')
    assert read_zip(photos.parent/'zips').fingerprint() == data.fingerprint()
    with pytest.raises(ValueError, match='dog/9.jpg'): write_zip(load_images(photos, size=16, lazy=True).subset(slice(6, None)), photos.parent/'zips2')


def test_threads_leave_warnings_as_they_were(photos):
    before = list(warnings.filters)
    for _ in range(5): load_images(photos, size=16, workers=4)
    assert list(warnings.filters) == before


def test_kinds_of_images_are_what_one_sees():
    "A red square on blue: as palette, CMYK, 16 bits, turned by the camera, transparent."
    a = np.zeros((40, 40, 3), np.uint8)
    a[..., 2], a[10:20, 5:15] = 200, (220, 0, 0)
    im, e = Image.fromarray(a), Image.Exif()
    def save(im, f='png', **kw):
        b = io.BytesIO()
        im.save(b, f, **kw)
        return b.getvalue()
    want = fit_image(save(im), Fit(40)).astype(int)
    for o, turn in ((3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270), (2, Image.Transpose.FLIP_LEFT_RIGHT)):
        e[0x0112] = o
        assert abs(fit_image(save(im.transpose(turn), 'tiff', exif=e), Fit(40)) - want).max() == 0, o
    assert abs(fit_image(save(im.quantize(4)), Fit(40)) - want).max() <= 2 and abs(fit_image(save(im.convert('CMYK'), 'tiff'), Fit(40)) - want).max() <= 3
    grey16 = (np.arange(1600).reshape(40, 40)*40).astype(np.uint16)
    assert (fit_image(save(Image.fromarray(grey16)), Fit(channels=1))[0] == np.rint(grey16/257)).all()
    clear = Image.new('RGBA', (4, 4), (255, 0, 0, 0))
    assert fit_image(save(clear), Fit(background='#00ff00'))[:, 0, 0].tolist() == [0, 255, 0] and fit_image(save(Image.new('LA', (4, 4), (0, 0))), Fit())[:, 0, 0].tolist() == [255]*3


def test_resize_is_antialiased_like_ours():
    x = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    a = ImageData.from_floats(x)
    assert (a.resize(32).x.int() - load_images(a.x, size=32).x.int()).abs().max() <= 1


def test_nothing_is_unpickled(tmp_path):
    class Evil:
        def __reduce__(self): return (os.system, (f'touch {tmp_path/"ran"}',))
    np.savez(tmp_path/'a.npz', images=np.zeros((2, 4, 4)), labels=np.array([Evil(), Evil()], dtype=object))
    (tmp_path/'b.npy').write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ValueError, match='objects are pickles'): load_images(tmp_path/'a.npz')
    with pytest.raises(ValueError, match='not an array of numpy'): load_images(tmp_path/'b.npy')
    assert not (tmp_path/'ran').exists()


# Labels go to the images that they belong to

def numbered(folder, n=4):
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n): Image.fromarray(np.full((8, 8, 3), 10*(i + 1), np.uint8)).save(folder/f'{i}.png')
    return folder


def said(data): return {int(x[0, 0, 0])//10 - 1: data.classes[y] for x, y in zip(data.x, data.y)}


def test_the_column_that_names_the_images(tmp_path):
    folder = numbered(tmp_path/'a')
    (folder/'t.csv').write_text(',id,label\n0,3,three\n1,1,one\n2,0,zero\n3,2,two\n')             # as pandas writes it: its index first
    with pytest.raises(ValueError, match="the columns '' and 'id' both name the images, in different orders; say which, key="): load_images(folder, labels='t.csv', label='label')
    right = {0: 'zero', 1: 'one', 2: 'two', 3: 'three'}
    assert said(load_images(folder, labels='t.csv', label='label', key='id')) == right
    for paths in ('images/{}.png', '/data/old/{}.png', 'C:\\\\images\\{}.png', '{}', '{:05d}'):                           # beside it a column that names them otherwise
        (folder/'t.csv').write_text('rank,file,label\n' + ''.join(f'{(i + 1) % 4},{paths.format(i)},{right[i]}\n' for i in (2, 0, 3, 1)))
        if paths == '{}':
            with pytest.raises(ValueError, match='say which'): load_images(folder, labels='t.csv', label='label')
        got = load_images(folder, labels='t.csv', label='label', **(dict(key='file') if paths[0] == '{' else {}))
        assert said(got) == right, paths
    (folder/'t.csv').write_text('0.png,zero\n1.png,one\n2.png,two\n3.png,three\n')
    with pytest.raises(ValueError, match="no row of column names: it has '0.png'"): load_images(folder, labels='t.csv')


def test_the_same_labels_from_every_kind_of_source(tmp_path):
    "Sorted as people count, in a folder, a zip, and tars in any order."
    for i in range(12):
        (tmp_path/'f'/('even' if i % 2 == 0 else 'odd')).mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((8, 8, 3), 10*(i + 1), np.uint8)).save(tmp_path/'f'/('even' if i % 2 == 0 else 'odd')/f'img{i}.png')
    files = sorted((tmp_path/'f').rglob('*.png'), key=lambda p: hash(p.name))
    with zipfile.ZipFile(tmp_path/'a.zip', 'w') as z, tarfile.open(tmp_path/'a.tgz', 'w:gz') as t:
        for f in files: z.write(f, f'top/{f.relative_to(tmp_path/"f")}'), t.add(f, f'top/{f.relative_to(tmp_path/"f")}')
    for source in ('f', 'a.zip', 'a.tgz'):
        got = load_images(tmp_path/source)
        assert said(got) == {i: 'even' if i % 2 == 0 else 'odd' for i in range(12)}
        lazy = load_images(tmp_path/source, lazy=True).subset([9, 2, 5])
        assert all(said(lazy.load())[k] == v for k, v in said(got.subset(sorted([9, 2, 5]))).items())


def test_labels_of_torchs_data_sets(tmp_path):
    import torchvision
    for c in ('a', 'b'): numbered(tmp_path/c, 3)
    folder = torchvision.datasets.ImageFolder
    plain = load_images(folder(tmp_path))
    assert plain.classes == ['a', 'b'] and plain.y.tolist() == [0]*3 + [1]*3
    assert load_images(folder(tmp_path, target_transform=lambda t: 1 - t)).y.tolist() == [1]*3 + [0]*3
    swapped = load_images(folder(tmp_path), classes=['b', 'a'])
    assert swapped.classes == ['b', 'a'] and swapped.y.tolist() == [1]*3 + [0]*3                      # the same names for the same images
    assert load_images(torch.utils.data.Subset(folder(tmp_path), [5, 0])).classes == ['a', 'b']
    class Deep(torch.utils.data.Dataset):                                                           # 16 bits: the dark one stays darker
        def __len__(self): return 2
        def __getitem__(self, i): return np.full((8, 8), (250, 25700)[i], np.uint16), 0
    x = load_images(Deep()).x
    assert int(x[0].max()) == 1 and int(x[1].max()) == 100
    class Broken(Deep):
        def __getitem__(self, i):
            if i == 1: raise OSError('truncated')
            return super().__getitem__(i)
    with pytest.raises(ValueError, match='truncated'): load_images(Broken())
    with pytest.warns(UserWarning, match='1 of 2 images'): assert len(load_images(Broken(), broken='skip')) == 1


def test_parts_of_two_writings_are_not_mixed(tmp_path):
    a, b = (ImageData(torch.full((6, 3, 8, 8), v, dtype=torch.uint8), torch.zeros(6, dtype=torch.int64), ['x']) for v in (10, 20))
    write_zip(a, tmp_path/'a', 3), write_zip(b, tmp_path/'b', 3)
    (tmp_path/'a'/'images-00001-of-00002.zip').unlink()
    with pytest.raises(ValueError, match='holds other images'): write_zip(b, tmp_path/'a', 3)
    assert not (tmp_path/'a'/'images-00001-of-00002.zip').exists()
    (tmp_path/'b'/'images-00001-of-00002.zip').rename(tmp_path/'a'/'images-00001-of-00002.zip')
    with pytest.raises(ValueError, match='not of one writing'): read_zip(tmp_path/'a')


def test_a_broken_picture_of_a_data_set_is_named(photos, tmp_path):
    (photos/'cat'/'0.jpg').write_bytes((photos/'cat'/'0.jpg').read_bytes()[:900])
    files = sorted(photos.rglob('*.jpg'))
    class Lazily(torch.utils.data.Dataset):                                                         # opens files, but does not decode them
        def __len__(self): return len(files)
        def __getitem__(self, i): return Image.open(files[i]), 0
    with pytest.raises(ValueError, match='image 0: not a whole image'): write_zip(load_images(Lazily(), size=16, lazy=True), tmp_path/'z')
    with pytest.warns(UserWarning, match='1 of 10 images'): assert len(load_images(Lazily(), size=16, broken='skip')) == 9


def test_a_source_that_shrinks_is_noticed(tmp_path):
    source = ImageSource(lambda ix: (np.zeros((3, 4, 4), np.uint8) for i in ix if i < 3), range(5), [3, 4, 4], Fit())
    with pytest.raises(ValueError, match='gave 3 of 5 images'): source.load()
    with pytest.raises(ValueError, match='gave 3 of 5 images'): write_zip(source, tmp_path)
    assert not list(tmp_path.glob('*.zip'))


def test_two_readers_make_one_map(faces, tmp_path):
    import threading
    write_zip(faces, tmp_path/'a', 9), write_zip(faces.label_by('skin'), tmp_path/'b', 9)
    got = []
    jobs = [threading.Thread(target=lambda f=f: got.append((f, read_zip(tmp_path/f, mapped=tmp_path/'maps')))) for f in 'abababab']
    for j in jobs: j.start()
    for j in jobs: j.join()
    assert len(got) == 8 and all(torch.equal(d.x, faces.x) and d.classes == (faces.classes if f == 'a' else faces.attr_names['skin']) for f, d in got)
    assert len(list((tmp_path/'maps').glob('.map-*.u8'))) == 2


def test_what_is_not_looked_at_is_said(photos):
    (photos/'cat'/'x.heic').write_bytes(b'x')
    with pytest.warns(UserWarning, match=r'1 files .* are not read as images: .heic \(1\)'): load_images(photos, size=16)
    (photos.parent/'splits'/'train').mkdir(parents=True)
    photos.rename(photos.parent/'splits'/'train'/'photos')
    with pytest.raises(ValueError, match='are called train; give one of them'): load_images(photos.parent/'splits', size=16)
    with pytest.warns(UserWarning, match='so there is one class'): load_images(photos.parent/'splits'/'train', size=16)


def test_large_headers_and_members_of_a_tar_are_refused(tmp_path):
    for name, info in (('a.tgz', dict(pax_headers={'comment': 'x'*2**21})), ('b.tgz', {})):
        with tarfile.open(tmp_path/name, 'w:gz', format=tarfile.PAX_FORMAT) as t:
            m = tarfile.TarInfo('0.png')
            m.pax_headers = info.get('pax_headers', {})
            m.size = 2**28 + 1 if not info else 0
            if info: t.addfile(m, io.BytesIO())
            else: t.fileobj.write(m.tobuf(tarfile.PAX_FORMAT))
        with pytest.raises(ValueError, match='is said to be'): load_images(tmp_path/name)


@pytest.mark.parametrize('what, source, text', [
    ('a table', lambda: __import__('pandas').DataFrame(dict(a=[1])), 'a table holds no images'), ('a list', lambda: [np.zeros((2, 8, 8, 3))], 'numpy.concatenate'), ('a stream', lambda: (i for i in range(3)), 'can only be gone through once'),
    ('several', lambda: dict(train=1), 'choose one of train')])
def test_what_is_no_source_is_said(what, source, text):
    with pytest.raises(TypeError, match=text): load_images(source())


# Fuzz: whatever bytes come, an error of ours or a right answer

EXAMPLES = int(os.environ.get('GEN_EXPLAIN_FUZZ', 7000))
fuzz = settings(max_examples=EXAMPLES, deadline=2000, derandomize='GEN_EXPLAIN_FUZZ' not in os.environ, database=None, suppress_health_check=list(HealthCheck))
edits = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(['set', 'flip', 'cut', 'insert', 'copy', 'zero', 'max']), st.binary(min_size=1, max_size=8), st.floats(0, 1)), min_size=0, max_size=5)


def damaged(data, edits):
    "Some places changed, from anywhere between the beginning and the end."
    b = bytearray(data)
    for at, how, new, to in edits:
        i = int(at*len(b))
        if how == 'set': b[i:i + len(new)] = new
        elif how == 'flip' and i < len(b): b[i] ^= new[0] or 1
        elif how == 'cut': del b[i:i + 1 + int(to*40)]
        elif how == 'insert': b[i:i] = new
        elif how == 'copy': b[i:i + 30] = b[int(to*len(b)):][:30]
        elif how == 'zero': b[i:i + 4] = bytes(4)
        elif how == 'max': b[i:i + 4] = b'\xff'*4
    return bytes(b)


@pytest.fixture(scope='module')
def place(tmp_path_factory): return tmp_path_factory.mktemp('fuzz')


@pytest.fixture(scope='module')
def good_zip(place):
    x = torch.arange(3*3*5*5, dtype=torch.uint8).view(3, 3, 5, 5)
    data = ImageData(x, torch.tensor([0, 1, 1]), ['a', 'b'], dict(k=torch.tensor([1, 0, 1])), dict(k=['n', 'y']))
    return data, write_zip(data, place/'zip')[0].read_bytes()


@given(edits)
@fuzz
def test_fuzz_zip(good_zip, place, edits):
    data, good = good_zip
    (place/'f.zip').write_bytes(damaged(good, edits))
    try: got = read_zip(place/'f.zip', workers=1)
    except ValueError as e:
        assert 'f.zip' in str(e) or 'paths' in str(e)
        return
    assert torch.equal(got.x, data.x) and torch.equal(got.y, data.y) and got.classes == data.classes         # CRCs see to that


@given(edits)
@fuzz
def test_fuzz_npz(place, edits):
    path, g = place/'g.npz', place/'good.npz'
    if not g.exists(): np.savez(g, images=np.arange(150, dtype=np.uint8).reshape(2, 5, 5, 3), labels=np.eye(2))
    path.write_bytes(damaged(g.read_bytes(), edits))
    try: got = load_images(path, workers=1)
    except ValueError as e:
        assert 'g.npz' in str(e) or str(e).startswith(('labels', 'source', 'size'))
        return
    assert (got.x.permute(0, 2, 3, 1).numpy().ravel() == np.arange(150)).all()                               # the labels may have gone with their name


cells = st.text(st.characters(codec='utf-8', exclude_characters='\x00\r\n'), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), st.sampled_from(',;\t'), st.booleans(), edits)
@fuzz
def test_fuzz_csv(rows, delimiter, quote, edits):
    b = io.StringIO()
    csv.writer(b, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL).writerows([('file', 'a b', 'c'), *rows])
    data = b.getvalue().encode()
    plain = not edits and not any('"' in c or c.startswith((' ', '\t')) and not quote for r in rows for c in r)
    try: got = read_table(damaged(data, edits), 't.csv')
    except ValueError as e:
        assert 't.csv' in str(e) and edits or 't.csv' in str(e) and not plain
        return
    assert len({len(c.codes) for c in got.values()}) == 1 and all(0 <= c.codes.min() and c.codes.max() < len(c.names) for c in got.values())
    if plain: assert [got[k].texts() for k in ('file', 'a b', 'c')] == [[r[k].strip() for r in rows] for k in range(3)]


@given(edits)
@settings(fuzz, max_examples=EXAMPLES//3)
def test_fuzz_images(place, edits):
    "PNG, by the fast way and by Pillow's."
    x = (np.arange(3*7*6) % 251).astype(np.uint8).reshape(3, 7, 6)
    for up in (False, True):
        try: got = fit_image(damaged(encode_png(x, up), edits), Fit(), 'f.png')
        except ValueError as e: assert 'f.png' in str(e)
        else: assert got.dtype == np.uint8 and got.shape[0] == 3
