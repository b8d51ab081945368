import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { MoveEvent, Result } from '@virt-ferry/engine';
import { EngineError } from '@virt-ferry/engine/errors';
import { LibvirtError } from '@virt-ferry/libvirt/errors';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
import { fakeMove } from '../testing/fake-move.ts';
import { finding, outcome, report } from '../testing/samples.ts';
import { parseChanges, parseMoveOptions } from './move-options.ts';

const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };
const beta = { name: 'beta', uri: 'qemu+tcp://b/system' };
const started: MoveEvent = {
  type: 'started',
  operationId: 'k3m8x2pq',
  domain: 'web',
  source: 'alpha',
  destination: 'beta',
};

function ioWith(engine: Partial<Engine>, hosts = [alpha, beta]): FakeIo {
  const io = fakeIo({ findDomain: async () => alpha, ...engine });
  const lines = hosts.map(({ name, uri }) => `  ${name}: ${uri}\n`);
  writeFileSync(String(io.env.FERRY_HOSTS), `hosts:\n${lines.join('')}`);
  return io;
}

test('what the user asks for reaches the engine', async () => {
  const move = fakeMove([], () => outcome());
  const words =
    '--max-downtime 300ms --bandwidth 800Mbit --deadline 10m --keep-source-definition --transient --p2p --tls --method post-copy --commit finish --copy-storage all --source-disks delete --disk-bandwidth 1MiB/s --synchronous-writes';
  const io = ioWith(move);
  await ferry(io, 'migrate', 'web', '--to', 'beta', '--probe', 'tcp:[fd00::2]:22', ...words.split(' '));
  await ferry(io, 'migrate', 'web', '--to', 'qemu+ssh://root@c/system', '--from', 'beta');
  expect(move.requests).toEqual([
    {
      domain: 'web',
      source: alpha,
      destination: beta,
      maxDowntimeMs: 300,
      bandwidthBytesPerS: 100e6,
      deadlineMs: 600_000,
      sourceDefinition: 'keep',
      destinationDefinition: 'transient',
      probe: { kind: 'tcp', address: 'fd00::2', port: 22 },
      drive: 'p2p',
      tls: true,
      method: 'post-copy',
      commit: 'finish',
      diskBandwidthBytesPerS: 2 ** 20,
      synchronousWrites: true,
      copyStorage: 'all',
      sourceDisks: 'delete',
    },
    {
      domain: 'web',
      source: beta,
      destination: { name: 'c', uri: 'qemu+ssh://root@c/system' },
      maxDowntimeMs: null,
      bandwidthBytesPerS: null,
      deadlineMs: null,
      sourceDefinition: 'remove',
      destinationDefinition: 'persistent',
      probe: { kind: 'ping', address: null },
      drive: 'direct',
      method: 'pre-copy',
      commit: 'strict',
      diskBandwidthBytesPerS: null,
      synchronousWrites: false,
      copyStorage: 'auto',
      tls: false,
      sourceDisks: 'keep',
    },
  ]);
});

test('what has another name there reaches the engine too', async () => {
  const { changes } = parseMoveOptions({
    ...{
      to: 'beta',
      probe: 'none',
      method: 'pre-copy',
      commit: 'strict',
      copyStorage: 'auto',
      sourceDisks: 'keep',
    },
    ...{ mapPath: ['/a/=/b', '/c=/d'], mapNetwork: ['lan=office'], mapBridge: ['br0=br1'], pool: 'fast' },
  });
  expect(changes).toEqual({
    paths: [
      { from: '/a', to: '/b' },
      { from: '/c', to: '/d' },
    ],
    networks: [{ from: 'lan', to: 'office' }],
    bridges: [{ from: 'br0', to: 'br1' }],
    pool: 'fast',
  });
});

test.each([
  [{ mapPath: ['/a'] }, 'bad --map-path /a: expected OLD=NEW'],
  [{ mapPath: ['a=/b'] }, 'bad --map-path a: expected a path that begins with /'],
  [{ mapBridge: ['=br1'] }, 'bad --map-bridge =br1: expected OLD=NEW'],
])('%j is no mapping', (options, message) => {
  expect(() => parseChanges(options)).toThrow(message);
});

test.each([
  { hosts: [], to: beta.uri, looked: ['qemu:///system'] },
  { hosts: [beta], to: 'beta', looked: [beta.uri, 'qemu:///system'] },
  { hosts: [alpha, beta], to: 'beta', looked: [alpha.uri, beta.uri] },
])('without --from, the domain is looked for on $looked', async ({ hosts, to, looked }) => {
  const seen: string[] = [];
  const io = ioWith(
    {
      ...fakeMove([], () => outcome()),
      findDomain: async (_name, places) => {
        seen.push(...places.map(({ uri }) => uri));
        return alpha;
      },
    },
    hosts,
  );
  await ferry(io, 'migrate', 'web', '--to', to);
  expect(seen).toEqual(looked);
});

test('--json tells one event a line, the outcome last', async () => {
  const events: MoveEvent[] = [started, { type: 'phase', phase: 'perform' }];
  const io = ioWith(fakeMove(events, () => outcome()));
  const { exitCode, stdout, stderr } = await ferry(io, 'migrate', 'web', '--to', 'beta', '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([...events, { type: 'outcome', ...outcome() }]);
});

test.each<[Result, number]>([
  ['migrated', 0],
  ['blocked', 3],
  ['rolled-back', 4],
  ['uncertain', 5],
  ['aborted', 6],
])('%s exits with %i', async (result, exitCode) => {
  const io = ioWith(fakeMove([started], () => outcome({ result, reason: 'so it is' })));
  const ran = await ferry(io, 'migrate', 'web', '--to', 'beta');
  expect(ran).toMatchObject({ exitCode, stdout: '' });
});

test.each([
  { error: new EngineError('no-domain', 'no domain web on alpha; see: ferry list'), exitCode: 2 },
  { error: new LibvirtError('connect', 'cannot connect to a:16509: connection refused'), exitCode: 3 },
  { error: new LibvirtError('auth', 'ssh to a failed:\n  Permission denied'), exitCode: 3 },
])('$error.message: one line and what is known of it, exit $exitCode', async ({ error, exitCode }) => {
  const io = ioWith({
    findDomain: async () => {
      throw error;
    },
  });
  const ran = await ferry(io, 'migrate', 'web', '--to', 'beta');
  expect(ran).toMatchObject({ exitCode, stdout: '' });
  const [first, ...more] = ran.stderr.trimEnd().split('\n');
  expect(first).toBe(`ferry: ${error.message.replace(/\n\s*/, ' ')}`);
  expect(more.every((line) => /^ {2}(that is|to do): /.test(line))).toBe(true);
  expect(more).toHaveLength(/refused/.test(error.message) ? 2 : 0);
});

describe('Ctrl-C', () => {
  test('asks for an abort, says so, and waits for the end', async () => {
    const io = ioWith(
      fakeMove([started, () => io.interrupt()], (signal) =>
        outcome(signal.aborted ? { result: 'aborted', reason: 'aborted: asked for by the user' } : {}),
      ),
    );
    const { exitCode, stderr } = await ferry(io, 'migrate', 'web', '--to', 'beta');
    expect(exitCode).toBe(6);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'web: alpha → beta (k3m8x2pq)',
      'aborting, and waiting until the guest is safe; Ctrl-C again leaves at once',
      'web was not moved: aborted: asked for by the user',
    ]);
    expect(io.left).toEqual([]);
  });

  test('a second one leaves at once and says where to look', async () => {
    const io = ioWith(
      fakeMove([started, () => io.interrupt(), () => io.interrupt()], () => outcome({ result: 'aborted' })),
    );
    await ferry(io, 'migrate', 'web', '--to', 'beta');
    expect(io.left).toEqual([5]);
    expect(io.written().stderr).toContain('see where it stands with: ferry status, ferry show k3m8x2pq');
  });

  test('after the move it is the process’s own again', async () => {
    const io = ioWith(fakeMove([started], () => outcome()));
    await ferry(io, 'migrate', 'web', '--to', 'beta');
    const before = io.written().stderr;
    io.interrupt();
    expect(io.written().stderr).toBe(before);
  });
});

describe('warnings', () => {
  const tight = report(finding('warning', 'beta is short of memory'));

  test('where nobody can be asked, it goes on, and preflight is not run twice', async () => {
    const io = ioWith(fakeMove([started, { type: 'checked', report: tight }], () => outcome()));
    const { exitCode, stderr } = await ferry(io, 'migrate', 'web', '--to', 'beta');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: beta is short of memory');
  });

  /** Somebody who presses keys once asked. */
  function onTerminal(io: FakeIo, keys: string): FakeIo {
    const input = Object.assign(new Readable({ read: () => undefined }), {
      isTTY: true,
      setRawMode: () => undefined,
    });
    const err = Object.assign(io.err, { isTTY: true, columns: 80 });
    const write = err.write.bind(err);
    err.write = (chunk: unknown) => {
      if (String(chunk).includes('all the same?')) setImmediate(() => input.push(keys));
      return write(chunk);
    };
    return { ...io, input, err };
  }

  test('where somebody is there, they are asked, and no means no', async () => {
    const move = fakeMove([], () => outcome());
    const io = onTerminal(ioWith({ ...move, check: async () => tight }), 'n');
    const { exitCode, stdout, stderr } = await ferry(io, 'migrate', 'web', '--to', 'beta');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('beta is short of memory');
    expect(stderr).toContain('web was not moved; nothing was touched');
    expect(move.requests).toEqual([]);
  });

  test('yes means yes', async () => {
    const move = fakeMove([started], () => outcome());
    const io = onTerminal(ioWith({ ...move, check: async () => tight }), 'y');
    expect((await ferry(io, 'migrate', 'web', '--to', 'beta')).exitCode).toBe(0);
    expect(move.requests).toHaveLength(1);
  });

  test.each(['--yes', '--json'])('%s: nobody is asked, nothing is checked beforehand', async (flag) => {
    const move = fakeMove([started], () => outcome());
    const io = onTerminal(ioWith(move), 'n');
    expect((await ferry(io, 'migrate', 'web', '--to', 'beta', flag)).exitCode).toBe(0);
    expect(move.requests).toHaveLength(1);
  });
});
