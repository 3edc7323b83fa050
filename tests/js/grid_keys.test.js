import assert from 'node:assert/strict';
import test from 'node:test';
import {
  accept,
  begun,
  chosen,
  click,
  flush,
  judge,
  opened,
  pickAll,
  press,
  settled,
  turn,
} from '../../nbs/js/grid_keys.js';

/** Page 2 of 3, six images in rows of three, the focus on the second. */
const page = {images: [10, 11, 12, 13, 14, 15], page: 1, pages: 3, hidden: false};
const start = {...begun('1234567890qwertiop'), ...page, columns: 3, at: 1, anchor: 1};
const send = (...args) => ['send', ...args];
const focus = ['focus'];

/** 'Ctrl+Shift+z' -> a key */
const key = text => {
  const parts = text.split('+');
  return {key: parts.pop(), ctrl: parts.includes('Ctrl'), shift: parts.includes('Shift'), alt: parts.includes('Alt')};
};

/** What is different after a step. */
const change = (from, to) => Object.fromEntries(Object.entries(to).filter(([k, v]) => from[k] !== v));

const picked = {...start, picked: [4, 2], anchor: 2};
const last = {...start, at: 5, anchor: 5};
const hidden = {...start, hidden: true};
const only = {...start, page: 0, pages: 1};
const empty = {...start, images: [], at: 0, page: 0, pages: 1};
const waiting = {...start, jump: 'first', early: [key('1')]};

// what is held, a key, what changes, what is done
const TABLE = [
  // moving
  ['an arrow moves', start, 'ArrowRight', {at: 2, anchor: 2, picked: []}, [focus]],
  ['and back', start, 'ArrowLeft', {at: 0, anchor: 0, picked: []}, [focus]],
  ['down a row', start, 'ArrowDown', {at: 4, anchor: 4, picked: []}, [focus]],
  ['up stops at the first', start, 'ArrowUp', {at: 0, anchor: 0, picked: []}, [focus]],
  ['right stops at the last', last, 'ArrowRight', {picked: []}, [focus]],
  ['to the first', last, 'Home', {at: 0, anchor: 0, picked: []}, [focus]],
  ['to the last', start, 'End', {at: 5, anchor: 5, picked: []}, [focus]],
  ['a move drops what is selected', picked, 'ArrowRight', {at: 2, picked: []}, [focus]],
  // selecting
  ['Shift selects a range', start, 'Shift+ArrowRight', {at: 2, picked: [1, 2]}, [focus]],
  ['backwards too', start, 'Shift+Home', {at: 0, picked: [0, 1]}, [focus]],
  ['Shift+End', start, 'Shift+End', {at: 5, picked: [1, 2, 3, 4, 5]}, [focus]],
  ['Space picks', start, ' ', {picked: [1]}, []],
  ['Space takes back', {...start, picked: [1, 3]}, ' ', {picked: [3]}, []],
  ['all', start, 'Ctrl+a', {picked: [0, 1, 2, 3, 4, 5]}, []],
  ['none', picked, 'Escape', {picked: []}, []],
  // judging
  ['a class', start, '3', {at: 2, picked: []}, [send('mark', [11], 2), focus]],
  ['the tenth class', start, '0', {at: 2, picked: []}, [send('mark', [11], 9), focus]],
  ['capitals are letters', start, 'Q', {at: 2, picked: []}, [send('mark', [11], 10), focus]],
  ['not real', start, 'n', {at: 2, picked: []}, [send('mark', [11], 'not_real'), focus]],
  ['unsure', start, 'u', {at: 2, picked: []}, [send('mark', [11], 'unsure'), focus]],
  ['no judgement', start, 'x', {at: 2, picked: []}, [send('mark', [11], null), focus]],
  ['nor', start, 'Delete', {at: 2, picked: []}, [send('mark', [11], null), focus]],
  ['nor', start, 'Backspace', {at: 2, picked: []}, [send('mark', [11], null), focus]],
  ['right', start, 'a', {at: 2, picked: []}, [send('accept_at', [11]), focus]],
  ['right', start, 'Enter', {at: 2, picked: []}, [send('accept_at', [11]), focus]],
  ['what is hidden cannot be right', hidden, 'Enter', {}, []],
  ['several, in their order; the focus stays', picked, '1', {picked: []}, [send('mark', [12, 14], 0), focus]],
  ['one that is picked leads on', {...start, picked: [3]}, '1', {at: 2, picked: []}, [send('mark', [13], 0), focus]],
  [
    'after the last comes the next page',
    last,
    '1',
    {picked: [], jump: 'first'},
    [send('mark', [15], 0), send('show', 2)],
  ],
  ['if there is one', {...last, page: 2}, '1', {picked: []}, [send('mark', [15], 0), focus]],
  ['nothing to judge', empty, '1', {}, []],
  ['nothing to accept', empty, 'a', {}, []],
  // pages, undo, find
  ['the next page', start, 'PageDown', {jump: 'first'}, [send('show', 2)]],
  ['the page before: its last image', start, 'PageUp', {jump: 'last'}, [send('show', 0)]],
  ['no page', only, 'PageDown', {}, [focus]],
  ['no page', only, 'PageUp', {}, [focus]],
  ['undo', start, 'z', {jump: 'back'}, [send('undo')]],
  ['undo', start, 'Ctrl+z', {jump: 'back'}, [send('undo')]],
  ['redo', start, 'y', {jump: 'back'}, [send('redo')]],
  ['redo', start, 'Ctrl+y', {jump: 'back'}, [send('redo')]],
  ['redo', start, 'Ctrl+Shift+Z', {jump: 'back'}, [send('redo')]],
  ['find', start, '/', {}, [['find']]],
  // not ours
  ['a letter without a class', start, 'd', null],
  ['a key of more letters', start, 'F1', null],
  ['a modifier', start, 'Shift', null],
  ['Tab leaves', start, 'Tab', null],
  ['a browser shortcut', start, 'Ctrl+c', null],
  ['arrows with Ctrl', start, 'Ctrl+ArrowRight', null],
  ['with Alt', start, 'Alt+1', null],
  // while a page is on its way
  ['what is typed waits', waiting, '2', {early: [key('1'), key('2')]}, []],
  ['whatever it is', waiting, 'd', {early: [key('1'), key('d')]}, []],
  ['undo too', {...start, jump: 'back'}, 'z', {early: [key('z')]}, []],
  ['Tab leaves all the same', waiting, 'Tab', null],
];

for (const [name, state, text, changed, actions = []] of TABLE)
  test(`${text}: ${name}`, () => {
    const frozen = structuredClone(state),
      step = press(state, key(text));
    assert.deepEqual(state, frozen, 'a reducer changes nothing');
    assert.equal(step.ours, changed !== null);
    assert.deepEqual(step.state, {...state, ...changed});
    assert.deepEqual(step.actions, actions);
    if (changed === null) assert.equal(step.state, state);
  });

test('buttons do what keys do', () => {
  assert.deepEqual(judge(start, 2), press(start, key('3')));
  assert.deepEqual(accept(start), press(start, key('a')));
  assert.deepEqual(turn(start, 1), press(start, key('PageDown')));
  assert.deepEqual(pickAll(start), press(start, key('Ctrl+a')));
  assert.deepEqual(chosen(picked), [12, 14]);
});

test('clicks', () => {
  const alone = click(start, 4, {});
  assert.deepEqual(change(start, alone.state), {at: 4, anchor: 4, picked: [4]});
  assert.deepEqual(alone.actions, [focus]);
  assert.deepEqual(click(alone.state, 2, {shift: true}).state.picked, [2, 3, 4]);
  const two = click(alone.state, 0, {ctrl: true}).state;
  assert.deepEqual([two.picked, two.anchor, two.at], [[4, 0], 0, 0]);
  assert.deepEqual(click(two, 4, {ctrl: true}).state.picked, [0]);
});

test('a page comes: its first tile, or its last where one came from behind', () => {
  const next = {images: [20, 21], page: 2, pages: 3, hidden: false};
  const came = jump => opened({...start, jump, picked: [1, 2]}, next, true);
  for (const [jump, at] of [
    ['first', 0],
    ['last', 1],
    [null, 0],
  ]) {
    const {state, actions} = came(jump);
    assert.deepEqual([state.at, state.anchor, state.picked, state.jump, actions], [at, at, [], null, [focus]]);
  }
  assert.deepEqual(opened(start, next, false).actions, [], 'the focus is not taken from elsewhere');
});

test('what was typed before it came is done on it, until a key turns the page again', () => {
  const early = ['1', 'd', '2', '3'].map(key),
    {state, actions} = opened(
      {...start, jump: 'first', early},
      {images: [20, 21], page: 1, pages: 3, hidden: false},
      true,
    );
  assert.deepEqual(actions, [focus, send('mark', [20], 0), focus, send('mark', [21], 1), send('show', 2)]);
  assert.deepEqual([state.jump, state.early], ['first', [key('3')]]);
});

test('an undo that turns the page: the keys wait on until the kernel says where the image is', () => {
  const early = [key('1')],
    turned = opened({...start, jump: 'back', early}, {images: [20, 21], page: 0, pages: 3, hidden: false}, true);
  assert.deepEqual([turned.state.jump, turned.state.early, turned.actions], ['back', early, [focus]]);
  const {state, actions} = settled(turned.state, 21);
  assert.deepEqual(actions, [focus, send('mark', [21], 0), send('show', 1)]);
  assert.equal(state.jump, 'first');
});

test('no page comes any more', () => {
  const idle = settled(start, 10);
  assert.deepEqual([idle.state, idle.actions], [start, []]);
  const refused = settled({...start, jump: 'first', early: [key('1')]}, null);
  assert.deepEqual(refused.actions, [send('mark', [11], 0), focus], 'the keys are meant for what is there');
  const gone = settled({...start, jump: 'back'}, null);
  assert.deepEqual([gone.state, gone.actions], [start, []], 'undo, and nothing to undo');
  const elsewhere = settled({...start, jump: 'back', picked: [1, 2]}, 14);
  assert.deepEqual(change(start, elsewhere.state), {at: 4, picked: elsewhere.state.picked});
  assert.deepEqual(elsewhere.state.picked, []);
});

test('flush without anything waiting', () => assert.deepEqual(flush(start).actions, []));
