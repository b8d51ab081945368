import { queryGuest } from '@virt-ferry/lab';
import { XmlFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { connectTo, guest, lab, move, request, runners } from '../fixture.ts';
import { inHost } from '../preflight/scene.ts';
import { killedAt, recovered } from '../recovery/killed-ferry.ts';
import { chained, chainOn, idsIn, movesWell, wishes } from './chains.ts';

/** What a move leaves on the source: known as the past, replaced on the way back, or deleted. */

test('there and back: the copy that was left behind is replaced, and nothing else is', async () => {
  const { moved, chain } = await chained(2);
  const [top = ''] = chain;
  const there = await movesWell(moved);
  expect(there.outcome.staleDisks).toEqual([top]);
  const back = await move(request(moved, 'beta', 'alpha', wishes));
  expect(back.outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(idsIn(back.events)).toEqual(expect.arrayContaining(['copy.left-behind', 'storage.backing-same']));
  expect(await chainOn('alpha', top)).toEqual(chain);
  const report = await queryGuest(lab, moved.name, 'verify');
  expect(report.memory.errors + report.disk.errors).toBe(0);
  // Somebody has touched the one that is left on beta now.
  await inHost('beta', 'qemu-img', 'resize', '-q', top, '65M');
  const again = await move(request(moved, 'alpha', 'beta', wishes));
  expect(again.outcome.result).toBe('blocked');
  expect(idsIn(again.events)).toContain('copy.in-the-way');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
});

test.each(['keep', 'delete'] as const)(
  'a Ferry that is killed after the guest has moved: recovery sees to the disks (%s)',
  async (sourceDisks) => {
    const moved = await guest({ host: 'alpha', disk: 'local' });
    const path = moved.diskPath ?? '';
    const id = await killedAt(
      request(moved, 'alpha', 'beta', { ...wishes, sourceDisks }),
      'after intent:confirm',
    );
    const { outcome } = await recovered(id);
    const kept = sourceDisks === 'keep';
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(outcome.staleDisks).toEqual(kept ? [path] : undefined);
    const seen = await inHost('alpha', 'sh', '-c', `ls ${path} 2>&1 || true`);
    expect(seen.includes('No such file')).toBe(!kept);
    const again = await move(request(moved, 'beta', 'alpha', wishes));
    expect(again.outcome).toMatchObject({ result: 'migrated', reason: '' });
  },
);

test('the disks that stay behind are no guest any more', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  const kept = await move(request(moved, 'alpha', 'beta', { ...wishes, sourceDefinition: 'keep' }));
  expect(idsIn(kept.events)).toContain('storage.kept-definition');
  expect(kept.outcome.result).toBe('blocked');
  await movesWell(moved);
  // An operator defines it on alpha again, while beta is away from where he looks, and starts it.
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map(connectTo));
  if (!alpha || !beta) throw new Error('no connection');
  const { dom } = await beta.domainLookupByName({ name: moved.name });
  const { xml } = await beta.domainGetXmlDesc({ dom, flags: XmlFlag.inactive });
  await beta.domainDestroyFlags({ dom, flags: 0 });
  await alpha.domainDefineXmlFlags({ xml, flags: 0 });
  await alpha.domainCreateWithFlags({ dom, flags: 0 });
  const again = await move(request(moved, 'alpha', 'beta', { ...wishes, probe: { kind: 'none' } }));
  expect(again.outcome.result).toBe('blocked');
  expect(idsIn(again.events)).toContain('storage.stale');
});

test('there and back and there again, where somebody has put the old copy away', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  for (const [from, to] of [
    ['alpha', 'beta'],
    ['beta', 'alpha'],
    ['alpha', 'beta'],
  ] as const) {
    const { outcome } = await move(request(moved, from, to, { ...wishes, probe: { kind: 'none' } }));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    await inHost(from, 'rm', moved.diskPath ?? '');
  }
});

test('disks on the source are deleted on request, but not what they build on', async () => {
  const { moved, chain } = await chained(2);
  const [top = '', base = ''] = chain;
  const { outcome } = await movesWell(moved, { sourceDisks: 'delete' });
  expect(outcome.staleDisks).toBeUndefined();
  expect(await inHost('alpha', 'sh', '-c', `ls ${top} ${base} 2>&1 || true`)).toContain(
    `'${top}': No such file`,
  );
  expect(await inHost('alpha', 'ls', base)).toContain(base);
});
