import { MigrateFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { entry } from './model/entries.ts';
import { settings } from './model/settings.ts';
import { parametersFor, requestFor } from './model/start.ts';
import { recordOf } from './record.ts';

const setting = settings['direct, strict'];
const intent = (step: string, data = {}) => entry('intent', step, data);
const result = (step: string, data = {}) => entry('result', step, data);
const ok = { ok: true };
const read = (...entries: ReturnType<typeof entry>[]) => recordOf(requestFor(setting), entries, false);
const pool = { kind: 'pool', name: 'p' } as const;
const volume = { kind: 'volume', pool: 'p', name: 'v', path: '/d/v' } as const;

test('a move has come as far as its last intent', () => {
  expect(read().reached).toBe('nothing');
  expect(read(intent('begin'), result('begin', ok), intent('prepare')).reached).toBe('prepare');
  expect(read(intent('begin'), intent('finish', { cancelled: true })).reached).toBe('begin');
});

test.each([
  ['none', [intent('finish')]],
  ['ok', [intent('finish'), result('finish', ok)]],
  ['refused', [intent('finish'), result('finish', { ok: false, refused: true })]],
  ['lost', [intent('finish'), result('finish', { ok: false, refused: false })]],
  ['none', [intent('finish'), result('finish', ok), intent('finish')]],
])('the answer to Finish: %s', (answer, entries) => {
  expect(read(...entries).answers.finish).toBe(answer);
});

test.each(['direct, strict', 'p2p, strict'] as const)(
  '%s: the parameters are found where they are written',
  (name) => {
    const step = settings[name].drive === 'p2p' ? 'perform' : 'begin';
    const { parameters } = read(intent(step, { parameters: parametersFor(settings[name]) }));
    expect((parameters?.destinationFlags ?? 0) & MigrateFlag.persistDest).not.toBe(0);
  },
);

test('what was made is there until it is removed; what was refused was not made', () => {
  const make = intent('create-volume', { created: volume });
  expect(read(make).created).toEqual([volume]);
  expect(read(make, result('create-volume', { ok: false, refused: true })).created).toEqual([]);
  expect(read(make, intent('remove-volume', { created: volume })).created).toEqual([volume]);
  const both = [intent('create-pool', { created: pool }), make];
  const removed = [intent('remove-volume', { created: volume }), result('remove-volume', ok)];
  expect(read(...both, ...removed).created).toEqual([pool]);
});

test('what was to be done counts as soon as it is written', () => {
  expect(read(intent('resume-source'))).toMatchObject({ givingBack: true, gaveBack: false });
  expect(read(intent('resume-source'), result('resume-source'))).toMatchObject({ gaveBack: true });
  expect(read(intent('cancel-destination')).cancelling).toBe(true);
  expect(read(intent('confirm')).releasing).toBe(true);
  expect(read(intent('restore-definition')).definitionRestored).toBe(false);
});

test('how things were before', () => {
  const before = { wasPaused: true, persistent: true, definedThere: '<domain/>' };
  expect(read(entry('note', 'inventory', before))).toMatchObject(before);
  const limit = intent('limit-downtime', { fromMs: 300, toMs: 500 });
  expect(read(limit).downtimeBeforeMs).toBe(300);
  expect(read(limit, intent('restore-downtime'), result('restore-downtime', ok)).downtimeBeforeMs).toBeNull();
});
