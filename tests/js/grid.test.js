import assert from 'node:assert/strict';
import test from 'node:test';
import {allAnswered, answered, LATE, nothingSent, report, sending} from '../../nbs/js/grid_acks.js';
import {differs, lookOf, spokenTile} from '../../nbs/js/grid_tiles.js';
import {countText} from '../../nbs/js/grid_tools.js';

test('what is asked for is saved when it is answered', () => {
  let a = nothingSent;
  assert.deepEqual(report(a, 0), {save: '', lost: ''});
  a = sending(sending(a, 1000), 2500);
  assert.deepEqual([a.since, report(a, 2500).save, allAnswered(a)], [1000, 'saving 2 …', false]);
  assert.equal(report(a, 1000 + LATE).lost, '');
  assert.match(report(a, 4600).lost, /not answered for 4 s: your last 2 actions are not saved/);
  a = answered(a, 1, 5000);
  assert.deepEqual(report(a, 5001), {save: 'saving 1 …', lost: ''});
  assert.match(report(a, 8001).lost, /your last 1 action is not saved/);
  a = answered(answered(a, 2, 8100), 1, 8200);
  assert.deepEqual([a.acked, allAnswered(a), report(a, 60000)], [2, true, {save: 'all saved', lost: ''}]);
  assert.equal(sending(a, 9000).since, 9000, 'the waiting begins anew');
});

const classes = [{name: 'a'}, {name: 'b'}];
const item = {at: 7, pred: 0, conf: 0.987};

test('a tile, as it is read out', () => {
  const say = (mark, stability = 'stability 0.50', hidden = false) =>
    spokenTile(2, item, {mark, stability, classes, hidden});
  assert.equal(say(null), 'image 3, predicted a, 0.99 · stability 0.50, not judged');
  assert.equal(say(1, ''), 'image 3, predicted a, 0.99, judged b, differs');
  assert.equal(say(0), 'image 3, predicted a, 0.99 · stability 0.50, judged a');
  assert.equal(say('not_real'), 'image 3, predicted a, 0.99 · stability 0.50, judged not real');
  assert.equal(say(1, '', true), 'image 3, judged b');
});

test('judgements', () => {
  assert.equal(lookOf(null, classes), null);
  assert.equal(lookOf(1, classes).name, 'b');
  assert.equal(lookOf('unsure', classes).glyph, '?');
  assert.deepEqual(
    [differs(0, item, false), differs(1, item, false), differs(1, item, true), differs('unsure', item, false)],
    [false, true, false, false],
  );
});

test('counts', () => {
  const c = {
    judged: 3,
    images: 9,
    labelled: 2,
    mismatches: 1,
    share: 0.5,
    interval: [0.09, 0.91],
    not_real: 1,
    unsure: 0,
  };
  const differ = '1 of 2 labels differ from the classifier (50%; 95% interval 9 to 91% if picked at random)';
  assert.equal(countText(c, false), `3 of 9 judged; ${differ}; 1 not real`);
  assert.equal(countText({...c, unsure: 2}, true), '3 of 9 judged; 1 not real; 2 unsure');
  assert.equal(countText({...c, labelled: 0, not_real: 0}, false), '3 of 9 judged');
});
