import assert from 'node:assert/strict';
import test from 'node:test';
import {along} from '../../nbs/js/curves.js';
import {spoken} from '../../nbs/js/explorer.js';
import {own, shown} from '../../nbs/js/kit.js';
import {after, keyOf, speedOf} from '../../nbs/js/player.js';

test('keys that are ours', () => {
  const key = (key, more) => own({key, ...more});
  assert.deepEqual(
    [key('d'), key('Enter'), key('z', {ctrlKey: true}), key('A', {metaKey: true})],
    [true, true, true, true],
  );
  assert.deepEqual(
    [key('c', {ctrlKey: true}), key('r', {metaKey: true}), key('d', {altKey: true})],
    [false, false, false],
  );
});

test('few classes in their order, of many the most probable', () => {
  assert.deepEqual(shown([0.1, 0.6, 0.3], 3), [0, 1, 2]);
  assert.deepEqual(shown([0.1, 0.5, 0.1, 0.3], 2), [1, 3]);
});

test('a place on the curves', () => {
  const r = {left: 100, width: 600};
  assert.deepEqual([along(100 + 46, r), along(100 + 592, r), along(0, r), along(9e3, r)], [0, 1, 0, 1]);
  assert.equal(along(100 + 46 + 273, r), 0.5);
});

test('a slider is called by its ends', () => {
  const sd = 'standard deviations';
  assert.equal(spoken(['direction 1', '', ''], sd), 'direction 1, in standard deviations');
  assert.equal(spoken(['direction 1', 'Red', ''], sd), 'direction 1, from Red to other, in standard deviations');
  assert.equal(spoken(['beard', '', ''], 'steps of the direction'), 'beard, in steps of the direction');
});

test('there and back', () => {
  let [i, step, seen] = [0, 1, []];
  for (let k = 0; k < 7; k++) {
    ({i, step} = after(i, step, 4));
    seen.push(i);
  }
  assert.deepEqual(seen, [1, 2, 3, 2, 1, 0, 1]);
});

test('frames a second', () => {
  assert.equal(speedOf([0, 20, 40]), 50);
  assert.ok(speedOf([5]) === 0);
});

test('a key of the player, where it does not mean something else', () => {
  const keys = {' ': 'toggle', Home: 'start'},
    at = (key, tagName, more) => keyOf({key, target: {tagName}, ...more}, keys);
  assert.deepEqual([at(' ', 'DIV'), at('Home', 'BUTTON'), at('x', 'DIV')], ['toggle', 'start', null]);
  assert.deepEqual([at(' ', 'BUTTON'), at('Home', 'SELECT'), at('Home', 'DIV', {ctrlKey: true})], [null, null, null]);
});
