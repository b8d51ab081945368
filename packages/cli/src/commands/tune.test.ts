import type { Tuning, TuningChange } from '@virt-ferry/engine';
import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { journaled } from '../testing/journaled.ts';
import { web } from '../testing/samples.ts';

const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };

describe('ferry tune', () => {
  const tuning = () => {
    const changes: TuningChange[] = [];
    const set: Tuning = { maxDowntimeMs: 300, bandwidthBytesPerS: null };
    const io = fakeIo({
      findDomain: async () => alpha,
      readTuning: async () => set,
      setTuning: async (_host, _domain, change) => {
        changes.push(change);
        return { ...set, ...change };
      },
    });
    return { io, changes };
  };

  test('without options it shows, and sets nothing', async () => {
    const { io, changes } = tuning();
    expect(await ferry(io, 'tune', 'web')).toMatchObject({
      exitCode: 0,
      stdout: 'maximum downtime  300 ms\nbandwidth         no limit\n',
    });
    expect(changes).toEqual([]);
  });

  test('with options it sets what is given, and no more', async () => {
    const { io, changes } = tuning();
    const ran = await ferry(io, 'tune', 'web', '--bandwidth', '1000MiB/s', '--json');
    expect(changes).toEqual([{ bandwidthBytesPerS: 1000 * 1024 ** 2 }]);
    expect(JSON.parse(ran.stdout)).toEqual({
      domain: 'web',
      host: 'alpha',
      maxDowntimeMs: 300,
      bandwidthBytesPerS: 1000 * 1024 ** 2,
    });
  });

  test.each([
    {
      state: 'running',
      name: 'web',
      says: 'is being run by process 4711 on ops-1; follow it with: ferry watch',
    },
    { state: 'left-open', name: 'web', says: 'was left open, and nobody runs it; bring it to its end with' },
    { state: 'left-open', name: web.uuid, says: 'was left open' },
    { state: 'left-open', name: 'db', says: '' },
  ] as const)('of $name, whose move is $state', async ({ state, name, says }) => {
    const { io } = tuning();
    await journaled(io, { state });
    const { exitCode, stderr } = await ferry(io, 'tune', name, '--json');
    expect(exitCode).toBe(0);
    if (says === '') expect(stderr).toBe('');
    else expect(stderr).toContain(`note: operation k3m8x2pq, web from alpha to beta, ${says}`);
  });
});
