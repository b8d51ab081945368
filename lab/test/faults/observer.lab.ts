import { captureInHost, type Guest, killService, startService } from '@virt-ferry/lab';
import { killProcess, type Observer, qemuPids, startObserver, stopProcess } from '@virt-ferry/lab/faults';
import { describe, expect, test } from 'vitest';
import { address, connectTo, guest, host, lab } from '../fixture.ts';

const virsh = async (on: string, ...words: string[]) => {
  const { exitCode, stderr } = await captureInHost(lab, 'controller', [
    'virsh',
    '-c',
    host(on).uri,
    ...words,
  ]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
};

const moveByVirsh = (moved: Guest, from: string, to: string) => {
  const flags = ['--live', '--persistent', '--undefinesource', '--unsafe'];
  return virsh(from, 'migrate', ...flags, moved.name, host(to).uri, `tcp://${address(to)}`);
};

/** Starts the same guest on another host too, as no one should. */
const startAgain = async (there: Guest, from: string, to: string) => {
  const source = await connectTo(from);
  const other = await connectTo(to);
  const { dom } = await source.domainLookupByUuid({ uuid: there.uuid });
  const { xml } = await source.domainGetXmlDesc({ dom, flags: 0 });
  const defined = await other.domainDefineXmlFlags({ xml, flags: 0 });
  await other.domainCreateWithFlags({ dom: defined.dom, flags: 0 });
};

const runnersOf = async (observer: Observer) => (await observer.now()).runners.map((one) => one.host).sort();
const pidOf = async (observer: Observer) => (await observer.now()).qemus[0]?.pid ?? 0;

describe('what is well looks well', () => {
  test('live migrations to and fro: one runner at each moment, and a gap that is short', async () => {
    const moved = await guest({ host: 'alpha' });
    const observer = await startObserver(lab, moved.name);
    expect(await runnersOf(observer)).toEqual(['alpha']);
    await moveByVirsh(moved, 'alpha', 'beta');
    await moveByVirsh(moved, 'beta', 'gamma');
    expect(await observer.now()).toMatchObject({
      runners: [{ host: 'gamma' }],
      qemus: [{ host: 'gamma', status: 'running' }],
    });
    const seen = await observer.stop();
    expect(seen).toMatchObject({ problems: [], twoRunnersMs: 0, twoRunnersAtMostMs: 0 });
    expect(seen.noneMs).toBeGreaterThan(0);
    expect(seen.noneMs).toBeLessThan((seen.endMs - seen.startMs) / 4);
    expect(seen.intervals.map(({ host: at, toMs }) => [at, toMs === null ? 'runs' : 'ended'])).toEqual([
      ['alpha', 'ended'],
      ['beta', 'ended'],
      ['gamma', 'runs'],
    ]);
  });

  test('a pause is one, also while libvirtd is dead', async () => {
    const paused = await guest({ host: 'alpha', disk: 'none' });
    const observer = await startObserver(lab, paused.name);
    await virsh('alpha', 'suspend', paused.name);
    await killService(lab, 'alpha', 'libvirtd');
    expect(await observer.now()).toMatchObject({ runners: [], qemus: [{ host: 'alpha', status: 'paused' }] });
    await startService(lab, 'alpha', 'libvirtd');
    await virsh('alpha', 'resume', paused.name);
    const seen = await observer.stop();
    expect(seen).toMatchObject({ problems: [], twoRunnersMs: 0, intervals: [{}, { toMs: null }] });
    expect(seen.noneMs).toBeGreaterThan(0);
  });
});

test('one is killed and the other goes on right after: nobody knows when it died, but nothing is made up', async () => {
  const twice = await guest({ host: 'alpha', disk: 'none' });
  await startAgain(twice, 'alpha', 'beta');
  await virsh('beta', 'suspend', twice.name);
  const beta = await connectTo('beta');
  const { dom } = await beta.domainLookupByUuid({ uuid: twice.uuid });
  const observer = await startObserver(lab, twice.name);
  const [pid] = await qemuPids(lab, 'alpha', twice.name);
  if (pid === undefined) throw new Error('the guest has no QEMU');
  await killProcess(pid);
  await beta.domainResume({ dom });
  expect(await runnersOf(observer)).toEqual(['beta']);
  expect(await observer.stop()).toMatchObject({ problems: [], twoRunnersMs: 0 });
});

describe('what is wrong is seen', () => {
  test('two QEMUs that run at once', async () => {
    const twice = await guest({ host: 'alpha', disk: 'none' });
    const observer = await startObserver(lab, twice.name);
    await startAgain(twice, 'alpha', 'beta');
    expect(await runnersOf(observer)).toEqual(['alpha', 'beta']);
    const seen = await observer.stop();
    expect(seen.problems).toEqual([]);
    expect(seen.twoRunnersMs).toBeGreaterThan(0);
    expect(seen.twoRunnersMs).toBeLessThan(seen.endMs - seen.startMs);
  });

  test('for a moment only, between two looks', async () => {
    const twice = await guest({ host: 'alpha', disk: 'none' });
    await startAgain(twice, 'alpha', 'beta');
    await virsh('beta', 'suspend', twice.name);
    const observer = await startObserver(lab, twice.name);
    await virsh('beta', 'qemu-monitor-command', twice.name, '--hmp', 'cont');
    await virsh('beta', 'qemu-monitor-command', twice.name, '--hmp', 'stop');
    expect(await runnersOf(observer)).toEqual(['alpha']);
    const seen = await observer.stop();
    expect(seen.problems).toEqual([]);
    expect(seen.twoRunnersMs).toBeGreaterThan(0);
    // Both edges were dated by QEMU.
    expect(seen.twoRunnersAtMostMs).toBe(seen.twoRunnersMs);
  });

  test('a stopped process still counts, since it will go on; a killed one does not', async () => {
    const doomed = await guest({ host: 'alpha', disk: 'none' });
    const observer = await startObserver(lab, doomed.name);
    const pid = await pidOf(observer);
    await stopProcess(pid);
    expect(await observer.now()).toMatchObject({ runners: [{ host: 'alpha', pid }] });
    await killProcess(pid);
    expect(await observer.now()).toEqual({ runners: [], qemus: [] });
    const seen = await observer.stop();
    expect(seen).toMatchObject({ problems: [], intervals: [{ host: 'alpha', pid }] });
    const [{ toMs, latestToMs } = { toMs: null, latestToMs: null }] = seen.intervals;
    // When exactly it died nobody told.
    expect(toMs).toBeLessThan(latestToMs ?? 0);
    expect(seen.noneMs).toBeGreaterThan(0);
  });

  test('a QEMU that keeps its state to itself', async () => {
    const mute = await guest({ host: 'alpha', disk: 'none' });
    const first = await startObserver(lab, mute.name);
    // Its monitor has one client already.
    const second = await startObserver(lab, mute.name);
    expect(await second.now()).toMatchObject({ runners: [], qemus: [{ status: 'unknown' }] });
    expect((await second.stop()).problems).toEqual([expect.stringContaining('its state is not known')]);
    expect((await first.stop()).problems).toEqual([]);
  });
});
