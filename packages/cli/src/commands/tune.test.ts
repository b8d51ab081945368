import type { Tuning, TuningChange } from '@virt-ferry/engine';
import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';

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
});
