"""Trees, tables and archives made from a random truth (image -> label): load_images gives that truth, or it raises; never another labelling.

2,000 examples of each kind of source altogether; `GEN_EXPLAIN_PROPERTIES=20000` makes ten times as many."""
import csv, io, os, shutil, tarfile, unicodedata, warnings, zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from PIL import Image

from gen_explain.sources import load_images

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
EXAMPLES = int(os.environ.get('GEN_EXPLAIN_PROPERTIES', 2000))
LIMITS = dict(deadline=None, derandomize='GEN_EXPLAIN_PROPERTIES' not in os.environ, database=None, suppress_health_check=list(HealthCheck))


def png(k):
    "An image that says which one it is."
    b = io.BytesIO()
    Image.fromarray(np.full((1, 1, 3), k, np.uint8)).save(b, 'png')
    return b.getvalue()


PNGS = [png(k) for k in range(64)]
NFD = lambda t: unicodedata.normalize('NFD', t)
NFC = lambda t: unicodedata.normalize('NFC', t)

# Names that people give to classes and files

CLASSES = ['cat', 'dog', 'Cat', 'café', NFD('naïve'), 'great dane', 'class_1', '0', '1', '2', '10', '007', 'IMG', 'train', 'image', 'a.b', 'ZÜRICH', 'x+y', 'True', '-1']
STEMS = ['{k}', '{k:03d}', 'img_{k}', 'IMG_{k:04d}', 'photo {k}', 'é{k}', NFD('ü') + '{k}', 'a.{k}', '{k}_{k}', 'scan-{k}', 'X{k}Y']
SUFFIXES = ['.png', '.PNG', '.jpg', '.jpeg']


@pytest.fixture(scope='module')
def place(tmp_path_factory): return tmp_path_factory.mktemp('properties')


@st.composite
def truths(draw, least=2, most=7):
    "Names of files and of their classes: [(stem and suffix, class)], image k with the pixels k."
    n = draw(st.integers(least, most))
    classes = draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=4, unique_by=NFC))
    start, form = draw(st.sampled_from([0, 0, 1, 5])), draw(st.lists(st.sampled_from(STEMS), min_size=1, max_size=2))
    suffix = draw(st.sampled_from(SUFFIXES))
    numbers = draw(st.permutations(range(start, start + n)))
    names = [form[k % len(form)].format(k=k) + suffix for k in numbers]
    assume(len({NFC(m).casefold() for m in names}) == n)
    return [(m, draw(st.sampled_from(classes))) for m in names]


def write(place, files, how, links=()):
    "Files, path -> bytes, as a folder or an archive."
    if how == 'folder':
        root = place/'tree'
        shutil.rmtree(root, ignore_errors=True)
        for p, data in files.items():
            (root/p).parent.mkdir(parents=True, exist_ok=True)
            (root/p).write_bytes(data)
        return root
    if how == 'zip':
        with zipfile.ZipFile(place/'tree.zip', 'w') as z:
            for p, data in files.items(): z.writestr(p, data)
        return place/'tree.zip'
    with tarfile.open(place/'tree.tar', 'w') as t:
        for p, data in files.items():
            info = tarfile.TarInfo(p)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return place/'tree.tar'


def loaded(source, **kw):
    "Pixel -> name of the class, or None where load_images refuses."
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter('always')
        try: data = load_images(source, workers=1, **kw)
        except (ValueError, KeyError, FileNotFoundError) as e: return None, str(e)
    data.told = ' '.join(str(w.message) for w in told)
    return {int(x[0, 0, 0]): None if data.y is None else data.classes[y] for x, y in zip(data.x, [0]*len(data) if data.y is None else data.y)}, data


# Folders of classes

@given(truths(), st.sampled_from(['folder', 'zip', 'tar']), st.data())
@settings(max_examples=EXAMPLES*2//5, **LIMITS)
def test_a_folder_for_each_class(place, truth, how, data):
    "Also within a folder that holds all, with links, parts (train, test), mask folders and the tree itself once more below."
    draw = data.draw
    spelt = draw(st.sampled_from([str, NFC, NFD]))
    tops = draw(st.sampled_from(['', '', 'my data/', 'pets/']))
    part = draw(st.sampled_from(['', '', '', 'train/', 'test/', 'images/']))
    files = {f'{tops}{part}{spelt(c)}/{m}': PNGS[k] for k, (m, c) in enumerate(truth)}
    assume(len({NFC(f).casefold() for f in files}) == len(truth))
    want, split = {k: NFC(c) for k, (_, c) in enumerate(truth)}, None
    more = draw(st.sampled_from(['', '', '', 'val/', 'masks/', 'again/', '__MACOSX/', '.hidden/']))
    if more: files |= {f'{tops}{more}{spelt(c)}/{m}': PNGS[32 + k] for k, (m, c) in enumerate(truth)}
    if draw(st.booleans()): files[f'{tops}readme.txt'] = b'hello'
    if draw(st.booleans()) and part: split = part.strip('/')
    source = write(place, files, how)
    linked = False
    if how == 'folder' and draw(st.booleans()):                       # a class folder is a link to elsewhere
        folder = source/f'{tops}{part}{spelt(truth[0][1])}'
        shutil.rmtree(place/'elsewhere', ignore_errors=True)
        shutil.move(folder, place/'elsewhere')
        folder.symlink_to(place/'elsewhere')
        if draw(st.booleans()): (folder/'loop').symlink_to(source)
        linked = True
    elif how == 'folder' and (place/'elsewhere').exists(): shutil.rmtree(place/'elsewhere')
    names = sorted({NFC(c) for _, c in truth})
    classes = draw(st.sampled_from([None, names, names[::-1], [*names, 'nothing']]))
    got, said = loaded(source, split=split, classes=classes)
    if got is not None:
        if 'are not told apart' in said.told and more == 'again/' and not split: return                             # said, too
        if 'so there is one class' in said.told and how == 'folder' and not split and (tops or part): return      # said, with the name of the folder
        assert got == want, (list(files), got, linked)
        if classes is not None: assert said.classes == classes
    elif not more and not part and not tops and not {NFC(c) for _, c in truth} & {'train', 'image'}: assert False, said       # a plain tree is read


# Tables

@st.composite
def tables(draw):
    "A truth and a table that holds it: (files, table as text, how the file names stand there, extra arguments, what is missing)."
    truth = draw(truths())
    rows = [dict(name=m, label=c, k=k) for k, (m, c) in enumerate(truth)]
    folders = draw(st.sampled_from(['', '', 'images/', 'part {k}/']))
    files = {f'{folders.format(k=k % 2)}{m}': PNGS[k] for k, (m, _) in enumerate(truth)}
    spelt = draw(st.sampled_from([str, NFC, NFD, str.upper, str.lower]))
    prefix = draw(st.sampled_from(['', '', 'images/', '/data/old/', 'C:\\pictures\\', '{folder}']))
    drop = draw(st.booleans())
    changed = draw(st.sampled_from([False, False, False, True]))
    for r, path in zip(rows, files):
        stem, suffix = os.path.splitext(r['name'])
        if changed: stem = f'renamed{r["k"]}'                          # the table is of before: these names are gone
        r['file'] = spelt(prefix.replace('{folder}', path[:len(path) - len(r['name'])]) + stem + ('' if drop else suffix))
    return truth, rows, files, changed


@given(tables(), st.data())
@settings(max_examples=EXAMPLES*2//5, **LIMITS)
def test_a_table(place, made, data):
    "File names in many forms beside running numbers, shuffled, with rows that are missing or too many; a digit as label; one column per class."
    truth, rows, files, changed = made
    draw, want = data.draw, {r['k']: NFC(r['label']) for r in rows}
    rows = draw(st.permutations(rows))
    lost = draw(st.sampled_from([0, 0, 1]))
    rows = rows[lost:]
    absent = draw(st.sampled_from([0, 0, 1, 3]))
    numbers = draw(st.sampled_from([None, 0, 1, 'shuffled']))
    order = draw(st.permutations(range(len(rows) + absent)))
    digit = draw(st.booleans())                                       # the label as a digit, that may fit the number of an image
    names = sorted({NFC(r['label']) for r in truth_rows(truth)})
    text = (lambda c: str(names.index(NFC(c)))) if digit else str
    form = draw(st.sampled_from(['label', 'species', 'digit', 'one-hot', '-1/1', 'True/False', '1.0']))
    columns = {}
    if numbers is not None: columns[draw(st.sampled_from(['', 'id', 'index', 'number', 'Unnamed: 0']))] = [order[i] if numbers == 'shuffled' else numbers + i for i in range(len(rows) + absent)]
    head = draw(st.sampled_from(['file', 'photo', 'name', 'image_id', 'key']))
    columns[head] = [r['file'] for r in rows] + [f'absent{i}.png' for i in range(absent)]
    labels = [r['label'] for r in rows] + [rows[0]['label'] if rows else truth[0][1]]*absent
    hot = form in ('one-hot', '-1/1', 'True/False', '1.0') and len(names) > 1
    on, off = {'-1/1': ('1', '-1'), 'True/False': ('True', 'False'), '1.0': ('1.0', '0.0')}.get(form, ('1', '0'))
    if hot: columns |= {f'is {c}': [on if NFC(l) == c else off for l in labels] for c in names}
    else: columns[form] = [text(l) for l in labels]
    items = list(columns.items())
    if draw(st.booleans()): items = items[::-1]
    b = io.StringIO()
    csv.writer(b, delimiter=draw(st.sampled_from(',;\t'))).writerows([[k for k, _ in items], *zip(*(v for _, v in items))])
    files = files | {'table.csv': b.getvalue().encode()}
    source = write(place, files, draw(st.sampled_from(['folder', 'zip', 'tar'])))
    kw = dict(labels='table.csv', missing=draw(st.sampled_from(['raise', 'skip'])))
    label = None if hot else draw(st.sampled_from([form, form, None]))
    if label: kw['label'] = label
    if draw(st.sampled_from([False, False, True])): kw['key'] = head
    got, said = loaded(source, **kw)
    if got is None:
        clean = not lost and not changed and 'key' in kw and head and not hot and '-1' not in names
        plain = all(r['file'] in files for r in rows)
        if clean and plain and label: assert False, (said, b.getvalue(), list(files))
        return
    there = {r['k'] for r in rows}
    assert not changed or not rows, (b.getvalue(), list(files), got)                 # names that are gone name nothing
    if said.y is None: return                                                        # attributes: no labels is no wrong label
    right = {k: f'is {c}' if hot else NFC(text(c)) for k, c in want.items() if k in there}
    if label is None and not hot and form != 'label' and set(got.values()) != set(right.values()): return assert_only_other_column(said, columns, form)
    assert got == right, (b.getvalue(), list(files), got)
    assert kw['missing'] == 'skip' or not lost


def truth_rows(truth): return [dict(label=c) for _, c in truth]


def assert_only_other_column(said, columns, form): assert False, (said.classes, columns, form)


# Numbers alone

@given(st.integers(2, 8), st.integers(0, 2), st.integers(0, 2), st.booleans(), st.sampled_from(['{k}', '{k:04d}']), st.sampled_from(['', 'id', 'index', 'number', 'row', 'digit', 'label']), st.booleans(), st.data())
@settings(max_examples=EXAMPLES//5, **LIMITS)
def test_numbers_name_images_only_where_nothing_else_does(place, n, start, first, shuffled, form, head, named, data):
    "Images called by numbers, a table with a column of numbers that counts rows or names the images, and perhaps another column with the real names."
    numbers = list(range(start, start + n))
    files = {f'{form.format(k=k)}.png': PNGS[i] for i, k in enumerate(numbers)}
    order = data.draw(st.permutations(range(n)))                         # the row of each image
    truth = {i: ('a', 'b', 'c')[i % 3] for i in range(n)}
    column = [first + r for r in range(n)] if not shuffled else data.draw(st.permutations(range(first, first + n)))
    rows = sorted(range(n), key=lambda i: order[i])
    text = f'{head},{"file," if named else ""}species\n' + ''.join(f'{column[r]},{f"old {i}.jpg," if named else ""}{truth[i]}\n' for r, i in enumerate(rows))
    source = write(place, files | {'t.csv': text.encode()}, 'folder')
    got, said = loaded(source, labels='t.csv', label='species', missing=data.draw(st.sampled_from(['raise', 'skip'])))
    if got is None: return
    assert not named, (text, list(files))                                # the file names fit nothing: whatever fits is chance
    assert {numbers[i]: l for i, l in got.items()} == {column[r]: truth[i] for r, i in enumerate(rows)} and start == first
