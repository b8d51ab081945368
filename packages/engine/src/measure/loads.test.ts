import { param } from '@virt-ferry/libvirt';
import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import { hastyEnv } from '../testing/left-open.ts';
import { measureLoads } from './loads.ts';

const S = 1_000_000_000n;
const domain = (name: string, params: Record<string, bigint>) => ({
  dom: { name, uuid: `fe441111-0000-4000-8000-00000000000${name}`, id: 1 },
  params: Object.entries(params).map(([field, value]) => param.ullong(field, value)),
});

/** What a host says of its domains, before and after a window. */
async function measured(before: ReturnType<typeof domain>[], after: ReturnType<typeof domain>[]) {
  const answers = [before, after];
  const looks: number[] = [];
  const daemon = await startFakeDaemon({
    handlers: {
      connectGetAllDomainStats: () => ({ records: answers.shift() ?? [] }),
      domainStartDirtyRateCalc: ({ seconds }) => {
        looks.push(seconds);
        return {};
      },
    },
  });
  onTestFinished(() => daemon.close());
  let nowMs = 0;
  const env = {
    ...hastyEnv(),
    monotonicMs: () => nowMs,
    delay: async (ms: number) => {
      nowMs += ms;
    },
  };
  const loads = await measureLoads({ name: 'alpha', uri: daemon.uri }, 4000, env);
  return { looks, loads: Object.fromEntries([...loads].map(([uuid, load]) => [uuid.at(-1), load])) };
}

const untold = { residentBytes: null, dirtyBytesPerS: null };

test('CPU time over a window, of all that QEMU takes, or of its vCPUs where that is all that is told', async () => {
  const before = [
    domain('1', { 'cpu.time': 10n * S, 'vcpu.0.time': 9n * S }),
    domain('2', { 'vcpu.0.time': 5n * S, 'vcpu.1.time': 7n * S, 'vcpu.current': 2n }),
  ];
  const after = [
    domain('1', { 'cpu.time': 12n * S, 'vcpu.0.time': 9n * S }),
    domain('2', { 'vcpu.0.time': 9n * S, 'vcpu.1.time': 9n * S, 'vcpu.current': 2n }),
  ];
  expect(await measured(before, after)).toEqual({
    loads: { 1: { cpus: 0.5, ...untold }, 2: { cpus: 1.5, ...untold } },
    looks: [3, 3],
  });
});

test('what is resident and what is dirtied, once QEMU has measured it', async () => {
  const stats = { 'cpu.time': S, 'balloon.rss': 2048n, 'dirtyrate.megabytes_per_second': 7n };
  const both = [
    domain('1', { ...stats, 'dirtyrate.calc_status': 2n }),
    domain('2', { ...stats, 'dirtyrate.calc_status': 1n }),
  ];
  expect((await measured(both, both)).loads).toEqual({
    1: { cpus: 0, residentBytes: 2 * 1024 ** 2, dirtyBytesPerS: 7 * 1024 ** 2 },
    2: { cpus: 0, residentBytes: 2 * 1024 ** 2, dirtyBytesPerS: null },
  });
});

test('what came, went or began anew meanwhile is left out', async () => {
  const before = [domain('1', { 'cpu.time': 10n * S }), domain('2', { 'cpu.time': 10n * S })];
  const after = [domain('2', { 'cpu.time': 1n * S }), domain('3', { 'cpu.time': 1n * S })];
  expect((await measured(before, after)).loads).toEqual({});
});
