import { readFile, stat, writeFile } from 'node:fs/promises';
import { type Guest, hostRoot, queryGuest, restartService } from '@virt-ferry/lab';
import { DomainState, PausedReason } from '@virt-ferry/libvirt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, guest, lab, move, request, runners, stateOn } from '../fixture.ts';
import { killedAt, recovered } from './killed-ferry.ts';

/**
 * The guest runs on the destination, and its stopped copy stands on the source, whose job is gone with the connection
 * of the Ferry that was killed. Ending that copy must not take the image away from the destination: its owner is whom
 * libvirt gave it to, and not root.
 */
const [from, to] = ['delta', 'epsilon'];

async function ownerOf({ diskPath }: Guest): Promise<number> {
  return (await stat(`${await hostRoot(lab, to)}${diskPath}`)).uid;
}

async function orphan(): Promise<{ left: Guest; id: string; qemuUser: number }> {
  const left = await guest({ host: from });
  const qemuUser = await ownerOf(left);
  expect(qemuUser).not.toBe(0);
  const id = await killedAt(request(left, from, to), 'after intent:confirm');
  expect(await stateOn(from, left.uuid)).toEqual({
    state: DomainState.paused,
    reason: PausedReason.migration,
  });
  expect(await runners(left.uuid)).toEqual([to]);
  const source = await connectTo(from);
  const { dom } = await source.domainLookupByUuid({ uuid: left.uuid });
  await expect.poll(async () => (await source.domainGetJobInfo({ dom })).type).toBe(0);
  return { left, id, qemuUser };
}

async function expectNothingLost({ name }: Guest): Promise<void> {
  const { memory, disk } = await queryGuest(lab, name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
  expect(disk.unitsVerified).toBeGreaterThan(0);
}

async function rememberOwners(remember: 0 | 1): Promise<void> {
  for (const host of [from, to]) {
    const path = `${await hostRoot(lab, host)}/etc/libvirt/qemu.conf`;
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.replace(/remember_owner = \d/, `remember_owner = ${remember}`));
    await restartService(lab, host, 'libvirtd');
  }
}

describe.each([0, 1] as const)('remember_owner = %i', (remember) => {
  beforeAll(() => rememberOwners(remember));
  afterAll(() => rememberOwners(0));

  test('recovery releases the copy, and the image stays with the guest', async () => {
    const { left, id, qemuUser } = await orphan();
    const { outcome, open, steps } = await recovered(id);
    expect({ result: outcome.result, open }).toEqual({ result: 'migrated', open: false });
    expect(steps).toEqual(['release-source', 'done']);
    expect(await stateOn(from, left.uuid)).toBeNull();
    expect(await runners(left.uuid)).toEqual([to]);
    expect(await ownerOf(left)).toBe(qemuUser);
    await expectNothingLost(left);
    // The image is opened anew, and goes on being written.
    const back = await move(request(left, to, from));
    expect(back.outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(await ownerOf(left)).toBe(qemuUser);
    await expectNothingLost(left);
  });
});

/** Why it is not enough to destroy it. Where owners are remembered, the destination's own note may save the image. */
test('a plain Destroy in its place gives the image to root', async () => {
  const { left, id } = await orphan();
  const source = await connectTo(from);
  const { dom } = await source.domainLookupByUuid({ uuid: left.uuid });
  await source.domainDestroyFlags({ dom, flags: 0 });
  expect(await ownerOf(left)).toBe(0);
  expect((await recovered(id)).outcome.result).toBe('migrated');
});
