"""Random actions on a labelling grid and a SIGKILL in the middle, many times: the grid that is opened next equals a plain model of what was acknowledged.
Run by itself (one thread, so that it may fork); prints one line a round."""
import os, random, shutil, signal, sys, tempfile, time
from pathlib import Path

import torch

torch.set_num_threads(1)
from torch import nn

from gen_explain.core import rng as draws
from gen_explain.loading import load_classifier
from gen_explain.grid import LabelingGrid

N, CLASSES, FILTERS = 150, ['a', 'b', 'c', 'd', 'e'], ['all', 'unjudged', 'judged', 'mismatch', 'not_real', 'unsure', ('predicted', 1), ('labelled', 2)]
ANY = [0, 1, 2, 3, 4, 'not_real', 'unsure', None]


def actions(rng, n=1000):
    "A list of what a person might do."
    some = lambda: rng.sample(range(N), rng.randint(1, 40))
    kinds = [lambda: ('label', rng.randrange(N), rng.choice(ANY)), lambda: ('label', some(), rng.choice(ANY)), lambda: ('accept', some()), lambda: ('accept',),
             lambda: ('label_predicted', rng.randrange(5)), lambda: ('undo',), lambda: ('redo',), lambda: ('show', dict(page=rng.randrange(6))),
             lambda: ('show', dict(filter=rng.choice(FILTERS))), lambda: ('show', dict(sort=rng.choice(['given', 'confidence', 'disagreement', 'stability']))),
             lambda: ('show', dict(hidden=rng.random() < .5))]
    return [rng.choices(kinds, weights=[8, 3, 2, 1, 1, 4, 3, 3, 1, 1, 1])[0]() for _ in range(n)]


def do(grid, a):
    name, *args = a
    if name == 'show': grid.show(**args[0])
    else: getattr(grid, name)(*args)


class Reference:
    "What the actions mean, in the plainest words: a list of all states so far, and where in it we are."
    def __init__(self, said, conf, rob):
        self.said, self.conf, self.rob, self.states, self.at = said, conf, rob, [[None]*N], 0
        self.view, self.seen = dict(page=0, size=40, sort='given', filter='all', hidden=False), [None]*N

    @property
    def marks(self): return self.states[self.at]

    def order(self):
        f, seen = self.view['filter'], self.seen
        wrong = [isinstance(m, int) and m != s for m, s in zip(seen, self.said)]
        keep = {'all': lambda i: True, 'unjudged': lambda i: seen[i] is None, 'judged': lambda i: seen[i] is not None, 'mismatch': lambda i: wrong[i],
                'not_real': lambda i: seen[i] == 'not_real', 'unsure': lambda i: seen[i] == 'unsure'}
        there = [i for i in range(N) if (keep[f](i) if isinstance(f, str) else self.said[i] == f[1] if f[0] == 'predicted' else seen[i] == f[1])]
        if self.view['sort'] == 'confidence': there.sort(key=lambda i: self.conf[i])
        if self.view['sort'] == 'stability': there.sort(key=lambda i: self.rob[i])
        if self.view['sort'] == 'disagreement':
            there = sorted([i for i in there if wrong[i]], key=lambda i: -self.conf[i]) + sorted([i for i in there if seen[i] is None], key=lambda i: self.conf[i]) + \
                    sorted([i for i in there if not wrong[i] and seen[i] is not None], key=lambda i: self.conf[i])
        return there

    def put(self, pairs):
        new = list(self.marks)
        for i, m in pairs: new[i] = m
        if new != self.marks: self.states, self.at = [*self.states[:self.at + 1], new], self.at + 1

    def do(self, a):
        name, *args = a
        if name == 'label': self.put([(i, args[1]) for i in (args[0] if isinstance(args[0], list) else [args[0]])])
        elif name == 'accept' and args: self.put([(i, self.said[i]) for i in args[0]])
        elif name == 'accept':
            there = self.order()
            page = min(self.view['page'], max(0, (len(there) - 1)//40))
            self.put([(i, self.said[i]) for i in there[page*40:page*40 + 40] if self.marks[i] is None])
        elif name == 'label_predicted': self.put([(i, args[0]) for i in range(N) if self.said[i] == args[0] and self.marks[i] is None])
        elif name == 'undo': self.at = max(0, self.at - 1)
        elif name == 'redo': self.at = min(len(self.states) - 1, self.at + 1)
        else:
            self.view |= {k: list(v) if isinstance(v, tuple) else v for k, v in args[0].items()}
            if {'filter', 'sort'} & set(args[0]): self.seen, self.view['page'] = list(self.marks), 0


def state(grid): return grid.state.marks, grid.state.view, grid.order, len(grid.state.done), len(grid.state.undone)
def wanted(ref): return ref.marks, ref.view, ref.order(), ref.at, len(ref.states) - 1 - ref.at


def child(pipe, images, clf, folder, todo):
    "Does what is to be done, and says so after each action."
    grid = LabelingGrid(images, clf, folder)
    for a in todo:
        do(grid, a)
        os.write(pipe, b'.')


def one_round(seed, images, clf, folder):
    rng = random.Random(seed)
    todo, stop, pause = actions(rng), rng.randrange(1000), rng.random()*.003
    read, write = os.pipe()
    if not (pid := os.fork()):
        code = 1
        try:
            child(write, images, clf, folder, todo)
            code = 0
        finally: os._exit(code)
    os.close(write)
    acked = 0
    while acked < stop and (got := os.read(read, stop - acked)): acked += len(got)
    time.sleep(pause)                                                    # somewhere within one of the next actions
    os.kill(pid, signal.SIGKILL)
    _, how = os.waitpid(pid, 0)
    while got := os.read(read, 4096): acked += len(got)
    os.close(read)
    assert os.WIFSIGNALED(how) or acked == 1000, f'the child failed by itself after {acked} actions'
    grid = LabelingGrid(images, clf, folder)
    ref = Reference(grid.said.tolist(), grid.conf.tolist(), grid.stability_of(list(range(N))).tolist())
    for a in todo[:acked]: ref.do(a)
    exact = state(grid) == wanted(ref)
    if not exact and acked < 1000: ref.do(todo[acked])                   # on the disk, but killed before it could say so
    assert state(grid) == wanted(ref), f'seed {seed}: after {acked} acknowledged actions the grid differs from the model'
    grid.close()
    return acked, exact


def main(rounds):
    images = torch.rand(N, 3, 8, 8, generator=draws(0, 'fuzz'))
    torch.manual_seed(0)
    clf = load_classifier(nn.Sequential(nn.Flatten(), nn.Linear(192, 5)), classes=CLASSES, size=8, channels=3)
    where = Path(tempfile.mkdtemp())
    total = 0
    for seed in range(rounds):
        acked, exact = one_round(seed, images, clf, where/str(seed))
        total += acked
        print(f'round {seed}: killed after {acked} acknowledged actions; resumed {"there" if exact else "one action on, which was on the disk"}', flush=True)
    shutil.rmtree(where)
    print(f'{rounds} rounds, {total} acknowledged actions, none lost')


if __name__ == '__main__': main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
