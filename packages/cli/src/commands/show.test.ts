import type { Journal, NewEntry } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
import { ID, journaled, LEASE } from '../testing/journaled.ts';
import { outcome } from '../testing/samples.ts';

const ended = (journal: Journal) => journal.end(LEASE, outcome(), 1_002_500);

async function shown(io: FakeIo): Promise<string[]> {
  const { exitCode, stdout } = await ferry(io, 'show', ID);
  expect(exitCode).toBe(0);
  return stdout.trimEnd().split('\n');
}

test('the story, from what was asked for to how it ended', async () => {
  const io = fakeIo();
  await journaled(io, {
    more: ended,
    request: { maxDowntimeMs: 300, deadlineMs: 600_000, drive: 'p2p', tls: true },
  });
  expect(await shown(io)).toEqual([
    `web: alpha → beta (${ID})`,
    '  domain      web, UUID fe441111-0000-4000-8000-000000000001',
    '  source      alpha, qemu+tcp://alpha/system',
    '  destination beta, qemu+tcp://beta/system',
    '  asked for   pre-copy, driven by the source (p2p), started by Ferry (strict commit), no disk is copied, by TLS, the source loses its definition, persistent there, maximum downtime 300 ms, deadline 10 min 0 s',
    '  begun       1970-01-01 00:16:40Z, last run by process 4711 on ops-1',
    '    +20 ms  note    preflight         verdict=ready',
    '                                      pass: fine',
    '    +30 ms  intent  begin             sourceFlags=LIVE|PERSIST_DEST|UNDEFINE_SOURCE|CHANGE_PROTECTION',
    '                                      destinationFlags=LIVE|PERSIST_DEST|UNDEFINE_SOURCE',
    '                                      migrate_uri=tcp://b',
    '    +40 ms  result  begin             refused: unsafe move',
    '    +41 ms  note    notice            tries again',
    '    +50 ms  intent  perform           flags=LIVE|PERSIST_DEST|UNDEFINE_SOURCE|CHANGE_PROTECTION  uri=tcp://b:49152',
    'web runs on beta',
    '  total 2.5 s · blackout 76 ms (from outside) · downtime 63 ms (QEMU) · 165 MiB sent · 6 passes',
  ]);
});

test.each([
  { state: 'running', says: 'is being run by process 4711 on ops-1; follow it with: ferry watch k3m8x2pq' },
  {
    state: 'left-open',
    says: 'was left open, and nobody runs it; bring it to its end with: ferry recover k3m8x2pq',
  },
] as const)('a story without an end yet: $state', async ({ state, says }) => {
  const io = fakeIo();
  await journaled(io, { state });
  expect((await shown(io)).at(-1)).toBe(`still open: operation k3m8x2pq, web from alpha to beta, ${says}`);
});

test('how things were, what was made, what recovery saw: in words', async () => {
  const io = fakeIo();
  const created = { kind: 'volume', pool: 'images', name: 'web.qcow2', path: '/srv/web.qcow2' };
  const facts = {
    wasPaused: true,
    state: 'paused',
    persistent: false,
    hosts: { source: 'uuid-a', destination: 'uuid-b' },
    versions: { source: 9_000_000, destination: 11_003_000 },
    definedThere: '<domain/>',
  };
  await journaled(io, {
    more: (journal) =>
      journal.append(
        LEASE,
        (
          [
            { kind: 'note', step: 'inventory', data: facts },
            {
              kind: 'intent',
              step: 'create-volume',
              data: { created, capacityBytes: 1024 ** 3, format: 'raw' },
            },
            { kind: 'intent', step: 'create-pool', data: { created: { kind: 'pool', name: 'p' } } },
            { kind: 'intent', step: 'limit-downtime', data: { fromMs: 300, toMs: 1500 } },
            { kind: 'intent', step: 'confirm', data: { flags: (1 << 15) | (1 << 30) } },
            { kind: 'note', step: 'recover', data: { token: 2, machine: 'ops-2', pid: 5 } },
            {
              kind: 'note',
              step: 'held',
              data: {
                reason: 'beta is away',
                look: 'beta',
                says: { alpha: 'paused', beta: 'cannot be reached' },
              },
            },
            { kind: 'note', step: 'choice', data: { choice: 'source' } },
          ] satisfies Omit<NewEntry, 'atMs'>[]
        ).map((entry) => ({ ...entry, atMs: io.nowMs() })),
      ),
  });
  const text = (await shown(io)).map((line) => line.slice(38));
  for (const line of [
    'paused, transient',
    'source: host UUID uuid-a, libvirt 9.0.0',
    'destination: host UUID uuid-b, libvirt 11.3.0',
    'the destination had a definition of it (--json has its XML)',
    'created=volume web.qcow2 in pool images (/srv/web.qcow2)  capacity=1 GiB  format=raw',
    'created=pool p',
    'from=300 ms  to=1.5 s',
    'flags=POSTCOPY|0x40000000',
    'taken over by process 5 on ops-2',
    'beta is away',
    'look at beta',
    'alpha: paused',
    'beta: cannot be reached',
    'choice=source',
  ])
    expect(text).toContain(line);
});

test('--json has every entry whole', async () => {
  const io = fakeIo();
  await journaled(io);
  const story: unknown = JSON.parse((await ferry(io, 'show', ID, '--json')).stdout);
  expect(story).toMatchObject({
    id: ID,
    state: 'running',
    outcome: null,
    holding: { token: 1, holder: { pid: 4711 } },
    request: { domain: 'web' },
    entries: [
      { sequence: 1, step: 'preflight' },
      { data: { parameters: { sourceFlags: 281 } } },
      { data: { refused: true } },
      {},
      {},
    ],
  });
});

test('an operation that nobody knows', async () => {
  expect(await ferry(fakeIo(), 'show', 'nope')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'ferry: no operation nope; see: ferry status, ferry history\n',
  });
});
