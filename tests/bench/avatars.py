"""Drawing avatars: seconds of one core for 10,000 at 64 px, against the drawing library used as its manual shows. Then: are the labels true?

python tests/bench/avatars.py [--classifier]"""
import sys, time
from io import BytesIO

import numpy as np
import py_avataaars_no_png as av
import resvg_py
from PIL import Image

from gen_explain.avatars import AVATAR_ATTRS, BACKGROUND, _avatar_values, _draw_stretch, avatar_factors
from gen_explain.datasets import load_data
from limits import finish, limit

factors = avatar_factors(600)
rows = list(zip(*(factors[a].tolist() for a in AVATAR_ATTRS)))
names = dict(hair_color='hair_color', skin='skin_color', hair_style='top_type', glasses='accessories_type', beard='facial_hair_type',
             clothes='clothe_type', clothes_color='clothe_color', mouth='mouth_type', eyes='eye_type', eyebrows='eyebrow_type')


def naive(rows):
    values = [_avatar_values(a) for a in AVATAR_ATTRS]
    for row in rows:
        kwargs = {names[a]: v[i] for a, v, i in zip(AVATAR_ATTRS, values, row)}
        svg = av.PyAvataaar(style=av.AvatarStyle.TRANSPARENT, facial_hair_color=kwargs['hair_color'], **kwargs).render_svg()
        png = resvg_py.svg_to_bytes(svg_string=svg, width=64, height=64, background=BACKGROUND, skip_system_fonts=True)
        np.asarray(Image.open(BytesIO(png)).convert('RGB'))


def cpu(f, *args):
    began = time.process_time()
    f(*args)
    return time.process_time() - began


_draw_stretch(rows[:10], 64)
ours, theirs = cpu(_draw_stretch, rows, 64)/len(rows)*1e4, cpu(naive, rows[:100])/100*1e4
print(f'10,000 avatars at 64 px, one core: {ours:.0f} s; the manual\'s way {theirs:.0f} s')
limit('drawing as the manual does it, over ours', theirs/ours, at_least=5)

if '--classifier' in sys.argv:
    from gen_explain.classifiers import evaluate, train_classifier
    data, test = load_data('avatars', n=8000), load_data('avatars', split='test')
    began = time.time()
    e = evaluate(train_classifier(data), test)
    print(f"default classifier on 8,000: accuracy {e['accuracy']:.4f} on {e['n']:,} unseen, {time.time() - began:.0f} s")
finish()
