import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { isSpread } from './post-copy.ts';
import type { MoveRecord } from './record.ts';
import {
  conditionOf,
  hasDefinition,
  onSource,
  ShutoffReason,
  type Sighting,
  shutoffReason,
} from './sighting.ts';
import type { Step } from './step.ts';
import { anyChosenRecord, anyRecord, anySighting } from './testing/anything.ts';

const MANY = { numRuns: 5000 };

/** Whatever the journal and both hosts say, in whatever combination. */
function always(
  records: fc.Arbitrary<MoveRecord>,
  holds: (step: Step, source: Sighting, destination: Sighting, record: MoveRecord) => void,
): void {
  const property = fc.property(records, anySighting, anySighting, (record, source, destination) => {
    holds(decide(record, source, destination), onSource(source), destination, record);
  });
  fc.assert(property, MANY);
}

const runs = (sighting: Sighting) => conditionOf(sighting) === 'running';
const runsThere = (sighting: Sighting) => runs(sighting) || conditionOf(sighting).startsWith('post-copy');

test('there is always a next step with its reason, and a hold says what to look at', () => {
  always(fc.oneof(anyRecord, anyChosenRecord), (step) => {
    expect(step.reason).not.toBe('');
    if (step.name === 'hold') expect(step.look).not.toBe('');
  });
});

test('neither side is started while the other is seen running, whatever was chosen', () => {
  always(fc.oneof(anyRecord, anyChosenRecord), ({ name }, source, destination) => {
    if (name === 'resume-source') expect(runsThere(destination)).toBe(false);
    if (name === 'commit' || name === 'finish') expect(runs(source)).toBe(false);
  });
});

test('what runs on the destination is neither ended nor robbed of its disk or definition without a choice', () => {
  const harm = ['cancel-destination', 'remove-volume', 'undefine-destination', 'restore-definition'];
  always(anyRecord, ({ name }, _source, destination) => {
    if (runsThere(destination)) expect(harm).not.toContain(name);
  });
});

test('the source is let go only for a guest that is seen on the destination or has shut itself down there', () => {
  always(anyRecord, ({ name }, _source, destination) => {
    if (name !== 'release-source') return;
    const isThere = ['running', 'paused'].includes(conditionOf(destination));
    expect(isThere || shutoffReason(destination) === ShutoffReason.shutdown).toBe(true);
  });
});

test('neither half of a guest that is spread over both hosts is ended or resumed by itself without a choice', () => {
  const harm = [
    'cancel-destination',
    'destroy-source',
    'resume-source',
    'suspend-source',
    'abort-job',
    'commit',
  ];
  always(anyRecord, ({ name }, source, destination) => {
    if (isSpread(source, destination)) expect(harm).not.toContain(name);
  });
});

test('a source is destroyed only as half of a guest, by choice', () => {
  always(anyRecord, ({ name }) => expect(name).not.toBe('destroy-source'));
  always(anyChosenRecord, ({ name }, source) => {
    if (name === 'destroy-source') expect(conditionOf(source)).toMatch(/^post-copy/);
  });
});

// The act itself resumes no guest that the user had paused (acts.ts); what is given back then is libvirt's job.
test('a guest that the user had paused is given back at most once', () => {
  always(fc.oneof(anyRecord, anyChosenRecord), ({ name }, _source, _destination, record) => {
    if (record.wasPaused && record.gaveBack) expect(name).not.toBe('resume-source');
  });
});

test('nothing is done to a host that cannot be reached', () => {
  const here = [
    'abort-job',
    'suspend-source',
    'destroy-source',
    'resume-source',
    'release-source',
    'undefine-source',
    'restore-downtime',
    'restore-speed',
    'follow',
  ];
  const there = [
    'cancel-destination',
    'finish',
    'commit',
    'undefine-destination',
    'restore-definition',
    'remove-volume',
    'remove-pool',
  ];
  always(fc.oneof(anyRecord, anyChosenRecord), ({ name }, source, destination) => {
    if (source.seen === 'unreachable') expect(here).not.toContain(name);
    if (destination.seen === 'unreachable') expect(there).not.toContain(name);
  });
});

test('the definition on the destination is removed only while the source is seen to know the domain', () => {
  always(fc.oneof(anyRecord, anyChosenRecord), ({ name }, source) => {
    if (name === 'undefine-destination') expect(source.seen).toBe('present');
  });
});

test('the definition on the source stays while the destination is seen to have neither the guest nor one', () => {
  always(fc.oneof(anyRecord, anyChosenRecord), ({ name }, _source, destination) => {
    if (name !== 'undefine-source') return;
    expect(conditionOf(destination) === 'off' && !hasDefinition(destination)).toBe(false);
  });
});
