"Corrections as two zip files: an independent reader of the layout, hostile files, many images; and a cycle that is killed at every stage."
import csv, io, json, os, random, signal, struct, time, zipfile, zlib

import numpy as np
import pytest
import torch
from forks import Forks
from PIL import Image
from torch import nn

from gen_explain.classifiers import Classifier
from gen_explain.corrections import image_ids, read_corrections, write_corrections
from gen_explain.figures import to_uint8

NAMES = ['Bag', 'Müll, "groß"', '../up', '=1+1']


@pytest.fixture(scope='module')
def clf():
    torch.manual_seed(0)
    return Classifier(nn.Sequential(nn.Flatten(), nn.Linear(3*16*16, 4)), NAMES, size=16, channels=3)


@pytest.fixture(scope='module')
def judged():
    g = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (40, 3, 16, 16), generator=g, dtype=torch.uint8), torch.randint(0, 4, (40,), generator=g)


@pytest.fixture
def folder(tmp_path, clf, judged):
    x, y = judged
    labels, status = [None if i < 2 else int(c) for i, c in enumerate(y)], ['unsure', 'not_real'] + ['ok']*38
    write_corrections(x, labels, clf, tmp_path/'c', keep='all', status=status, by='me', z=torch.randn(40, 5), seed=3)
    return tmp_path/'c'


class StyleGanFolder:
    "What StyleGAN's data set class does with a zip file: all PNG members in the order of their names, labels by name from dataset.json."
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.names = sorted(n for n in self.zip.namelist() if os.path.splitext(n)[1].lower() == '.png')
        labels = dict(json.loads(self.zip.read('dataset.json'))['labels'])
        self.labels = np.array([labels[n.replace('\\', '/')] for n in self.names]).astype(np.int64)
    def __getitem__(self, i):
        x = np.array(Image.open(self.zip.open(self.names[i])))
        return (x[:, :, None] if x.ndim == 2 else x).transpose(2, 0, 1)


def test_a_reader_of_the_stylegan_layout(folder, judged):
    x, y = judged
    r, at = StyleGanFolder(folder/'images.zip'), {id: i for i, id in enumerate(image_ids(x))}
    assert len(r.names) == 38 and set(r.names) == {f'{id}.png' for id, i in at.items() if i > 1}       # unlabelled images would make that reader fail
    for k, name in enumerate(r.names):
        i = at[name[:-4]]
        assert (r[k] == x[i].numpy()).all() and r.labels[k] == y[i]
    c = read_corrections(folder)
    assert [f'{id}.png' for id, l in zip(c.ids, c.y) if l >= 0] == r.names and c.y[c.y >= 0].tolist() == r.labels.tolist()


@pytest.mark.parametrize('keep', ['wrong', 'all'])
@pytest.mark.parametrize('channels', [1, 3])
def test_round_trip(keep, channels, tmp_path, judged):
    x, y = judged
    clf = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(channels*16*16, 4)), NAMES, size=16, channels=channels)
    write_corrections(x[:, :channels], y, clf, tmp_path/'a', keep=keep, by=['ann, "b"', '']*20, z=torch.randn(40, 3), seed=list(range(40)), meta=dict(a=[1, None]))
    c = read_corrections(tmp_path/'a', classes=NAMES)
    c.write(tmp_path/'b')
    read_corrections(tmp_path/'b').write(tmp_path/'b')                                               # onto itself
    for name in ('images.zip', 'labels.zip'): assert (tmp_path/'a'/name).read_bytes() == (tmp_path/'b'/name).read_bytes()
    assert 0 < len(c) <= 40 and (keep == 'wrong' or len(c) == 40) and c.meta == dict(a=[1, None])
    assert not list(tmp_path.glob('*/.*.tmp'))


def test_ten_thousand(tmp_path, clf):
    g = torch.Generator().manual_seed(0)
    x = torch.nn.functional.interpolate(torch.rand(10_000, 3, 8, 8, generator=g), (32, 32), mode='bilinear')
    clf = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(3*32*32, 4)), NAMES, size=32, channels=3)
    plain, began = [], time.process_time()
    for image in to_uint8(x).permute(0, 2, 3, 1).numpy():                               # what any writer of PNG files has to do
        plain.append(io.BytesIO())
        Image.fromarray(image).save(plain[-1], 'png', compress_level=3)
    encoded = time.process_time()
    write_corrections(x, torch.randint(0, 4, (10_000,), generator=g), clf, tmp_path, keep='all', z=torch.randn(10_000, 32), seed=1)
    written = time.process_time()
    for png in plain: np.array(Image.open(png))
    decoded = time.process_time()
    c = read_corrections(tmp_path)
    write, read = (written - encoded)/(encoded - began), (time.process_time() - decoded)/(decoded - written)
    print(f'10,000 corrections: written in {write:.1f} times the CPU time of encoding them, read in {read:.1f} of decoding')
    assert len(c) == 10_000 and write <= 12 and read <= 8



# What may be wrong with files from elsewhere. Each changes the members of a zip file, (name, bytes) in order.

def rewrite(path, change):
    with zipfile.ZipFile(path) as z: members = [(i.filename, z.read(i)) for i in z.infolist()]
    members = change(members)
    with zipfile.ZipFile(path, 'w') as z:
        for name, data in members: z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def edit(name, f): return lambda ms: [(n, f(d) if n == name else d) for n, d in ms]
def rows(f): return edit('labels.csv', lambda d: table(f(list(csv.reader(io.StringIO(d.decode()))))))
def table(rs):
    s = io.StringIO()
    csv.writer(s, lineterminator='\n').writerows(rs)
    return s.getvalue().encode()
def manifest(**kw): return edit('manifest.json', lambda d: json.dumps(json.loads(d) | kw).encode())
def dataset(f): return edit('dataset.json', lambda d: json.dumps(f(json.loads(d))).encode())
def set_cell(k, col, v):
    def f(rs):
        rs[k][col] = v
        return rs
    return f
def png(w, h, mode='RGB'):
    b = io.BytesIO()
    Image.new(mode, (w, h)).save(b, 'png')
    return b.getvalue()
def first_png(data): return lambda ms: [(n, data if n == next(m for m, _ in ms if m.endswith('.png')) else d) for n, d in ms]
def huge_png(side):                                                                                # by its header, a few bytes long
    chunk = lambda t, d: struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
    return first_png(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(b'')) + chunk(b'IEND', b''))


HOSTILE = {
    'parent folder in a name': ('images.zip', lambda ms: [*ms, ('../evil.png', b'x')], "'../evil.png' is not a name that belongs there"),
    'absolute path': ('images.zip', lambda ms: [*ms, ('/tmp/evil.png', b'x')], "'/tmp/evil.png' is not a name"),
    'drive letter': ('labels.zip', lambda ms: [*ms, ('C:\\evil.png', b'x')], 'is not a name'),
    'a script': ('labels.zip', lambda ms: [*ms, ('run.py', b'x')], "'run.py' is not a name"),
    'a member twice': ('images.zip', lambda ms: [*ms, ms[0]], 'is there twice'),
    'no manifest': ('labels.zip', lambda ms: [m for m in ms if m[0] != 'manifest.json'], 'manifest.json is missing'),
    'no labels': ('labels.zip', lambda ms: [m for m in ms if m[0] != 'labels.csv'], 'labels.csv is missing'),
    'no dataset.json': ('images.zip', lambda ms: [m for m in ms if m[0] != 'dataset.json'], 'dataset.json is missing'),
    'an image less': ('images.zip', lambda ms: ms[1:], 'disagree: the images differ in 1 places'),
    'an image more': ('images.zip', lambda ms: [(f'{"0"*64}.png', png(16, 16)), *ms], 'disagree: the images differ in 1 places'),
    'a wrong size': ('images.zip', first_png(png(17, 16)), 'disagree: images.zip is not the file'),
    'other bytes': ('images.zip', first_png(b'nothing'), 'disagree: images.zip is not the file'),
    'another label in one of them': ('images.zip', dataset(lambda d: d | dict(labels=[[n, (c + 1) % 4] for n, c in d['labels']])), 'disagree: the labels differ'),
    'a name twice in dataset.json': ('images.zip', dataset(lambda d: dict(labels=[*d['labels'], d['labels'][0]])), 'a name is there twice'),
    'labels that are no pairs': ('images.zip', dataset(lambda d: dict(labels={'a': 1})), 'expected pairs of a name and a class'),
    'a list for a dict': ('images.zip', dataset(lambda d: [1]), 'expected pairs'),
    'deep JSON': ('images.zip', edit('dataset.json', lambda d: b'['*100_000), 'dataset.json'),
    'an id twice': ('labels.zip', rows(lambda rs: [*rs, rs[1]]), 'is there twice'),
    'a missing label': ('labels.zip', rows(lambda rs: [rs[0], *[[r[0], '', 'ok', *r[3:]] for r in rs[1:]]]), 'the label is missing'),
    'another class': ('labels.zip', rows(lambda rs: [rs[0], *[[r[0], 'Hut', 'ok', *r[3:]] for r in rs[1:]]]), "class 'Hut' is none of the classes Bag"),
    'an unknown status': ('labels.zip', rows(set_cell(1, 2, 'maybe')), "status: expected one of ok, not_real, unsure, got 'maybe'"),
    'an id that is a path': ('labels.zip', rows(set_cell(1, 0, '../../x')), "'../../x' is not an id"),
    'no columns': ('labels.zip', edit('labels.csv', lambda d: b''), 'expected the columns'),
    'a short row': ('labels.zip', rows(lambda rs: [*rs, ['a']]), 'expected 6 cells'),
    'bytes that are no text': ('labels.zip', edit('labels.csv', lambda d: b'\xff\xfe'), 'labels.csv'),
    'another format': ('labels.zip', manifest(format='x'), 'is not of the format'),
    'classes that are no names': ('labels.zip', manifest(classes=[1, 2]), 'classes is [1, 2]'),
    'a shape that is none': ('labels.zip', manifest(shape=[3, 10**9, 10**9]), 'shape is'),
    'an image apart of another size': ('labels.zip', first_png(png(17, 16)), 'RGB, 17 x 16; expected RGB, 16 x 16'),
    'a grey one': ('labels.zip', first_png(png(16, 16, 'L')), 'L, 16 x 16; expected RGB, 16 x 16'),
    'another image under the name': ('labels.zip', first_png(png(16, 16)), 'is another one than its name says'),
    'a JPEG': ('labels.zip', first_png(b'\xff\xd8\xff\xe0' + bytes(100)), 'of no known kind'),
    'a PNG that says it is large': ('labels.zip', huge_png(9_000), 'RGB, 9000 x 9000; expected'),
    'a PNG that says it is huge': ('labels.zip', huge_png(60_000), 'exceeds limit'),
}


def snapshot(root): return {p.relative_to(root): p.read_bytes() for p in sorted(root.rglob('*')) if p.is_file()}


def refused(folder, text):
    root, seen = folder.parent, snapshot(folder.parent)
    with pytest.raises(ValueError) as e: read_corrections(folder)
    assert text in str(e.value) and str(folder) in str(e.value), e.value
    assert snapshot(root) == seen                                                                   # nothing written, nothing lost


@pytest.mark.filterwarnings('ignore:Duplicate name')
@pytest.mark.parametrize('what', HOSTILE)
def test_hostile(what, folder):
    name, change, text = HOSTILE[what]
    rewrite(folder/name, change)
    refused(folder, text)


def test_wrong_sizes_also_where_the_hash_was_mended(folder):
    import hashlib
    rewrite(folder/'images.zip', first_png(png(17, 16)))
    rewrite(folder/'labels.zip', manifest(images_sha256=hashlib.sha256((folder/'images.zip').read_bytes()).hexdigest()))
    refused(folder, 'RGB, 17 x 16; expected RGB, 16 x 16')


@pytest.mark.parametrize('where, name', [('images.zip', 'dataset.json'), ('labels.zip', 'labels.csv'), ('labels.zip', 'manifest.json')])
def test_a_bomb(where, name, folder):
    "300 MB of zeros in 300 kB; and a few bytes that say they are 10 GB."
    with zipfile.ZipFile(folder/where) as z: members = [(i.filename, z.read(i)) for i in z.infolist() if i.filename != name]
    with zipfile.ZipFile(folder/where, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for n, d in members: z.writestr(n, d)
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with z.open(info, 'w') as f:
            for _ in range(300): f.write(bytes(2**20))
    refused(folder, 'is said to be 314,572,800 bytes')
    with zipfile.ZipFile(folder/where, 'w') as z:
        for n, d in [*members, (name, b'{}')]: z.writestr(n, d)
        z.filelist[-1].file_size = 10*2**30
    refused(folder, 'is said to be 10,737,418,240 bytes')


@pytest.mark.parametrize('cut', [0, 30, 500, -30])
def test_a_file_that_was_cut(cut, folder):
    data = (folder/'images.zip').read_bytes()
    (folder/'images.zip').write_bytes(data[:cut])
    refused(folder, 'images.zip')


def test_a_damaged_image(folder):
    data = bytearray((folder/'labels.zip').read_bytes())
    at = data.index(b'IDAT')
    data[at + 20] ^= 255
    (folder/'labels.zip').write_bytes(data)
    refused(folder, 'is damaged')


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match='labels.zip'): read_corrections(tmp_path)


def test_npz_of_the_papers_tool(tmp_path):
    x, y = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), dtype=np.uint8), np.eye(3)[[0, 2, 1, 1, 0]]
    np.savez_compressed(tmp_path/'images.npz', images=x)
    np.savez_compressed(tmp_path/'labels.npz', labels=y)
    c = read_corrections(tmp_path, classes=['a', 'b', 'c'])
    assert (c.data.x[:, 0].numpy() == x[..., 0]).all() and c.y.tolist() == [0, 2, 1, 1, 0] and c.classes == ['a', 'b', 'c']
    for bad, text in ((dict(labels=y[:3]), 'expected 5, one per image'), (dict(labels=y*2), 'a single 1'), (dict(other=x), 'no .npz file holds labels'), (dict(labels=np.array([{}]*5)), 'objects are pickles')):
        np.savez(tmp_path/'labels.npz', **bad)
        with pytest.raises(ValueError, match=text): read_corrections(tmp_path)
    with zipfile.ZipFile(tmp_path/'labels.npz', 'w') as z:
        z.writestr('labels.npy', b'x')
        z.filelist[-1].file_size = 10*2**30
    with pytest.raises(ValueError, match='is said to be'): read_corrections(tmp_path)


# A cycle that is killed. The child counts what it does, and kills itself in the middle of one of these things: no handler, no clean-up.

CHILD = '''
import os, signal, sys, torch
from gen_explain.data import ImageData
from gen_explain.classifiers import train_classifier
from gen_explain.vae import train_vae
from gen_explain.cycle import relabel_cycle
out, at = sys.argv[1], int(sys.argv[2])
os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
torch.set_num_threads(1)
g = torch.Generator().manual_seed(0)
def images(n):
    y = torch.arange(n) % 3
    x = torch.randint(0, 60, (n, 1, 28, 28), generator=g, dtype=torch.uint8)
    for i in range(n): x[i, :, 9*int(y[i]):9*int(y[i]) + 6] += 150
    return ImageData(x, y, ['top', 'middle', 'bottom'])
data, valid, real = images(90), images(60), images(60)
clf = train_classifier(data.subset(slice(0, 12)), epochs=2, width=.25)
G = train_vae(data, nz=4, width=.1, epochs=2)
done = 0
def kill_within(f):
    def g(*a, **k):
        global done
        done += 1
        if done == at: os.kill(os.getpid(), signal.SIGKILL)
        return f(*a, **k)
    return g
# before each file that is put in its place
os.replace = kill_within(os.replace)
def label(x):
    with open(out + '.labelled', 'a') as f: f.write(f'{len(x)}\\n')
    return x.mean((1, 3)).reshape(len(x), -1)[:, :27].reshape(len(x), 3, 9).mean(2).argmax(1)
r = relabel_cycle(G, clf, data, label, valid=valid, real=real, rounds=2, images=12, pool=150, probe=40, epochs=2, bs=16, out=out)
for m in r.measures:
    for a in ('before', *r.arms): print(m, a, r.score(m, a), [r.hits(m, a)[0].int().tolist()])
print('FILES', done)
'''


@pytest.fixture(scope='module')
def cycle(tmp_path_factory):
    "cycle(out, at=-1) in a process of its own."
    with Forks(CHILD, tmp_path_factory.mktemp('said')) as child: yield lambda out, at=-1: child(out, at)


def test_a_killed_cycle_repeats_nothing_that_was_finished(cycle, tmp_path):
    whole = cycle(tmp_path/'whole')
    assert whole.returncode == 0, whole.stderr
    said, n = whole.stdout.split('FILES ')
    asked = (tmp_path/'whole.labelled').read_text().split()
    kept = lambda folder: {p.relative_to(folder): p.read_bytes() for p in folder.rglob('*.zip')}
    out, kills = tmp_path/'killed', 0
    for at in random.Random(0).sample(range(2, 14), 8):                                             # each run is killed some files after the last one
        before = kept(out) if out.is_dir() else {}
        r = cycle(out, at)
        if r.returncode == 0: break
        assert r.returncode == -signal.SIGKILL, r.stderr
        kills += 1
        after = kept(out)
        assert before.items() <= after.items()                                                     # no labels lost
    r = cycle(out)
    assert r.returncode == 0, r.stderr
    assert kills >= 4 and r.stdout.split('FILES ')[0] == said                                      # the same result, to the image
    assert {p: b for p, b in kept(out).items()} == kept(tmp_path/'whole')
    again = cycle(out)
    assert again.stdout.split('FILES ')[0] == said
    more = len((tmp_path/'killed.labelled').read_text().split()) - len(asked)
    assert 0 <= more <= 2*kills                                                                    # asked again only within a stage that was cut short: two calls at most
    finished = (tmp_path/'killed.labelled').read_text()
    cycle(out)
    assert (tmp_path/'killed.labelled').read_text() == finished                                    # a finished cycle asks nobody
