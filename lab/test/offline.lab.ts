import { basename } from 'node:path';
import { type Guest, queryGuest } from '@virt-ferry/lab';
import { XmlFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { bases, chained, endOn, idsIn, sentIn, startOn } from './disks/chains.ts';
import { afterwards, connectTo, env, lab, move, request, runners } from './fixture.ts';
import { inHost } from './preflight/scene.ts';
import { killedAt, recovered } from './recovery/killed-ferry.ts';

/** Domains that are shut off, moved with their disks: as they were afterwards, or as if nothing had been tried. */

const wishes = { offline: true, copyStorage: 'auto', probe: { kind: 'none' } } as const;

/** A guest that has written to its disk, lies in an image over another one, and is shut off. */
async function shutOff(): Promise<{ moved: Guest; top: string; base: string }> {
  const { moved, chain } = await chained(2);
  await endOn('alpha', moved);
  const [top = '', base = ''] = chain;
  return { moved, top, base };
}

/** The names of all domains that a host has a definition of, or runs. */
async function domainsOn(host: string): Promise<string[]> {
  const connection = await connectTo(host);
  const { domains } = await connection.connectListAllDomains({ needResults: true, flags: 0 });
  return domains.map(({ name }) => name);
}

/** All that a failed move must leave as it was. */
async function traces() {
  const files = (host: string) =>
    inHost(host, 'find', bases, '/var/lib/libvirt/images', '-type', 'f', '-printf', '%p %s\\n');
  const pools = async (host: string) => {
    const connection = await connectTo(host);
    const { pools } = await connection.connectListAllStoragePools({ needResults: true, flags: 0 });
    return pools.map(({ name }) => name);
  };
  const hosts = ['alpha', 'beta'];
  return Promise.all([...hosts.map(files), ...hosts.map(domainsOn), ...hosts.map(pools)]);
}

async function digestOn(host: string, path: string): Promise<string> {
  return (await inHost(host, 'sha256sum', path)).split(' ')[0] ?? '';
}

async function definitionOn(host: string, { name }: Guest): Promise<string> {
  const connection = await connectTo(host);
  const { dom } = await connection.domainLookupByName({ name });
  return (await connection.domainGetXmlDesc({ dom, flags: XmlFlag.inactive | XmlFlag.secure })).xml;
}

/** The guest is on beta alone, boots from what has arrived, and finds nothing wrong in it. */
async function expectArrived(moved: Guest): Promise<void> {
  expect(await domainsOn('alpha')).not.toContain(moved.name);
  expect(await domainsOn('beta')).toContain(moved.name);
  expect(await runners(moved.uuid)).toEqual([]);
  await startOn('beta', moved);
  const { disk } = await queryGuest(lab, moved.name, 'verify');
  expect(disk.errors).toBe(0);
}

test('a chain of two goes along byte by byte, and the guest boots from it', async () => {
  const { moved, top, base } = await shutOff();
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  await alpha.domainSetAutostart({ dom, autostart: true });
  const before = await definitionOn('alpha', moved);
  const { outcome, events } = await move(request(moved, 'alpha', 'beta', wishes));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '', offline: true, staleDisks: [top] });
  expect(idsIn(events)).toContain('offline.ready');
  expect(sentIn(events)).toEqual([base, top]);
  for (const path of [base, top]) expect(await digestOn('beta', path)).toBe(await digestOn('alpha', path));
  expect(await definitionOn('beta', moved)).toBe(before);
  const beta = await connectTo('beta');
  const there = await beta.domainLookupByName({ name: moved.name });
  expect(await beta.domainGetAutostart(there)).toEqual({ autostart: true });
  await expectArrived(moved);
});

test('what it builds on is not sent where it is, and its own disk is deleted on request', async () => {
  const { moved, top, base } = await shutOff();
  await inHost('alpha', 'cp', '--sparse=always', base, '/srv/shared/base.copy');
  afterwards(() => inHost('alpha', 'rm', '-f', '/srv/shared/base.copy'));
  await inHost('beta', 'cp', '--sparse=always', '/srv/shared/base.copy', base);
  const { outcome, events } = await move(
    request(moved, 'alpha', 'beta', { ...wishes, sourceDisks: 'delete' }),
  );
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(sentIn(events)).toEqual([top]);
  const left = await inHost('alpha', 'find', bases, '/var/lib/libvirt/images', '-name', `${basename(top)}*`);
  expect(left.trim()).toBe(base);
  await expectArrived(moved);
});

test('a guest that runs, and a file in the way, are blockers, and nothing is touched', async () => {
  const { moved, top } = await shutOff();
  await inHost('beta', 'touch', top);
  afterwards(() => inHost('beta', 'rm', '-f', top));
  const before = await traces();
  const inTheWay = await move(request(moved, 'alpha', 'beta', wishes));
  expect(inTheWay.outcome.result).toBe('blocked');
  expect(idsIn(inTheWay.events)).toContain('copy.in-the-way');
  expect(await traces()).toEqual(before);
  await inHost('beta', 'rm', top);
  await startOn('alpha', moved);
  const running = await move(request(moved, 'alpha', 'beta', wishes));
  expect(running.outcome.result).toBe('blocked');
  expect(idsIn(running.events)).toContain('offline.active');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  expect(await domainsOn('beta')).not.toContain(moved.name);
});

test('a guest whose memory is saved to go on from is a blocker', async () => {
  const { moved } = await shutOff();
  await startOn('alpha', moved);
  await inHost('alpha', 'virsh', 'managedsave', moved.name);
  afterwards(() => inHost('alpha', 'virsh', 'managedsave-remove', moved.name));
  const { outcome, events } = await move(request(moved, 'alpha', 'beta', wishes));
  expect(outcome.result).toBe('blocked');
  expect(idsIn(events)).toContain('offline.saved');
  expect(await domainsOn('beta')).not.toContain(moved.name);
});

test.each(['the user who waits', 'ferry abort'] as const)(
  'an abort by %s while a disk is sent leaves nothing there',
  async (who) => {
    const { moved } = await shutOff();
    const before = await traces();
    const abort = new AbortController();
    afterwards(async () => abort.abort());
    let id = '';
    const { outcome } = await move(
      request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 2 ** 20 }),
      (event) => {
        if (event.type === 'started') id = event.operationId;
        if (event.type !== 'sending') return;
        if (who === 'ferry abort') void env.journal.requestAbort(id);
        else abort.abort();
      },
      abort.signal,
    );
    expect(outcome.result).toBe('aborted');
    expect(await traces()).toEqual(before);
  },
);

test('a guest that is started meanwhile stays where it is, and what was sent goes', async () => {
  const { moved } = await shutOff();
  const before = await traces();
  let started: Promise<void> | undefined;
  const { outcome } = await move(
    request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 8 * 2 ** 20 }),
    (event) => {
      if (event.type === 'sending') started ??= startOn('alpha', moved);
    },
  );
  await started;
  expect(outcome).toMatchObject({ result: 'rolled-back' });
  expect(outcome.reason).toContain(`${moved.name} was started on alpha while it was moved`);
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  await endOn('alpha', moved);
  // The guest has written to its own disk since.
  const without = (seen: Awaited<ReturnType<typeof traces>>) => seen.slice(1);
  expect(without(await traces())).toEqual(without(before));
});

test.each([
  { point: 'after intent:create-volume', result: 'rolled-back' },
  { point: 'after intent:send-image', result: 'rolled-back' },
  { point: 'after result:send-image', result: 'rolled-back' },
  { point: 'after intent:define-destination', result: 'rolled-back' },
  { point: 'before intent:undefine-source', result: 'rolled-back' },
  { point: 'after intent:undefine-source', result: 'migrated' },
  { point: 'after result:undefine-source', result: 'migrated' },
  { point: 'before note:end', result: 'migrated' },
] as const)('a Ferry that is killed $point: recovery says $result', async ({ point, result }) => {
  const { moved, top, base } = await shutOff();
  const before = await traces();
  const id = await killedAt(request(moved, 'alpha', 'beta', wishes), point);
  const recovery = await recovered(id);
  expect(recovery).toMatchObject({ outcome: { result }, open: false });
  if (result === 'rolled-back') {
    expect(await traces()).toEqual(before);
    return;
  }
  expect(recovery.outcome.staleDisks).toEqual([top]);
  for (const path of [base, top]) expect(await digestOn('beta', path)).toBe(await digestOn('alpha', path));
  await expectArrived(moved);
  expect(await env.journal.operations({ open: true })).toEqual([]);
});
