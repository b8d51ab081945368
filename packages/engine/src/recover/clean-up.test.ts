import { expect, test } from 'vitest';
import { off, seen, written } from './cases.ts';
import { decide } from './decide.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);
const back = written({ reached: 'finish', gaveBack: true, givingBack: true });
test('a definition that Finish stored goes, and one that was there before comes back, once', () => {
  expect(decide(back, seen.running, lost).name).toBe('undefine-destination');
  const before = { ...back, definedThere: '<domain/>' };
  expect(decide(before, seen.running, lost).name).toBe('restore-definition');
  expect(decide({ ...before, definitionRestored: true }, seen.running, lost).name).toBe('done');
});

test('a definition that this move can not have stored is left alone', () => {
  const parameters = { sourceFlags: 0, destinationFlags: 0, params: [] };
  expect(decide({ ...back, parameters }, seen.running, lost).name).toBe('done');
  expect(decide({ ...back, reached: 'perform' }, seen.running, lost).name).toBe('done');
});

test('that the source goes on is never left unwritten while the destination may come back with its copy', () => {
  const record = written({ reached: 'finish' });
  expect(decide(record, seen.stopped, seen.away)).toMatchObject({ name: 'resume-source', decisive: true });
  expect(decide(record, seen.stopped, seen.absent)).toMatchObject({ name: 'resume-source', decisive: false });
});
