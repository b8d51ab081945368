import { addGuest, CONTROLLER, removeGuest } from '@virt-ferry/lab';
import { describe, expect, test } from 'vitest';
import { expectOnlyPackages, type Listing, listingOf } from './listing.ts';
import { expectDone, expectWhole, ferry, hosts, inLab, inside, lab, script, small, whyNot } from './stage.ts';
import { diskGoesOn, diskStalls, starts, until } from './waiting.ts';

const PATH = '/data';
const GUEST = 'web-3';
const DISK = `${PATH}/${GUEST}.qcow2`;
const AGAIN_MS = 300_000;
const START_MS = 600_000;
const share = (verb: 'create' | 'remove', ...words: string[]) =>
  ferry('share', verb, '--server', 'alpha', '--path', PATH, ...words, '--json');
const create = (...words: string[]) => share('create', '--client', 'beta', ...words);
const listings = () => Promise.all(hosts.map(listingOf));

interface Item {
  readonly id: string;
  readonly host: string;
  readonly severity: string;
}

/** What `ferry share status` says, as `beta reach-open`, but for what a slow machine may be told of its speed. */
async function status(): Promise<{ verdict: string; ids: string[] }> {
  const { stdout } = await ferry('share', 'status', '--json');
  const [one] = JSON.parse(stdout) as { verdict: string; items: Item[] }[];
  const ids = one?.items.map(({ id, host }) => `${host} ${id.replace(/-(high|late)$/, '')}`) ?? [];
  return { verdict: one?.verdict ?? 'none', ids: ids.toSorted() };
}

const good = [
  ...['alpha all-so', 'alpha crossing', 'alpha latency', 'alpha lock', 'alpha space'],
  ...[
    'beta all-so',
    'beta crossing',
    'beta latency',
    'beta lock',
    'beta owner-same',
    'beta reach-open',
    'beta space',
  ],
].toSorted();

/** Moves the guest, which must have its disk on the share, and must not be copied. */
async function move(to: string): Promise<void> {
  const { stdout } = expectDone(await ferry('migrate', GUEST, '--to', to, '--yes', '--json'));
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; report?: { findings: { id: string }[] } });
  expect(events.at(-1)).toMatchObject({ type: 'outcome', result: 'migrated' });
  const findings = events.flatMap(({ report }) => report?.findings ?? []).map(({ id }) => id);
  expect(findings).toContain('storage.shared');
  expect(findings).not.toContain('storage.copied');
  // libvirt itself calls it safe: nothing is overruled.
  expect(stdout).not.toContain('UNSAFE');
  expect((await inside(to, 'virsh', 'domstate', GUEST)).stdout.trim()).toBe('running');
  const owner = (await inside('alpha', 'stat', '-c', '%U', DISK)).stdout.trim();
  expect(owner).toBe('libvirt-qemu');
  await expectWhole(GUEST);
}

inLab();

describe.skipIf(whyNot !== null)('a share of two full machines', () => {
  let before: Listing[] = [];
  let after: Listing[] = [];

  test('is made by one command, and said again it changes nothing', async () => {
    before = await listings();
    const made = JSON.parse(expectDone(await create()).stdout) as { result: string };
    expect(made.result).toBe('done');
    const shared = await listings();
    expect(JSON.parse(expectDone(await create()).stdout)).toMatchObject({ result: 'nothing' });
    expect(await listings()).toEqual(shared);
    expect((await inside('beta', 'findmnt', '-n', '-o', 'FSTYPE,OPTIONS', PATH)).stdout).toMatch(
      /^nfs4 .*vers=4\.2/,
    );
  });

  test('is seen from all sides, and by nobody else', async () => {
    const { verdict, ids } = await status();
    expect(ids).toEqual(good);
    expect(verdict).not.toBe('bad');
    expect((await inside(CONTROLLER, 'nc', '-z', '-w', '5', 'alpha', '2049')).exitCode).not.toBe(0);
    // Root of a client is nobody more than QEMU's user.
    expectDone(await script('beta', `touch ${PATH}/mine`));
    expect((await inside('alpha', 'stat', '-c', '%U', `${PATH}/mine`)).stdout).toBe('libvirt-qemu\n');
    expectDone(await inside('beta', 'rm', `${PATH}/mine`));
  });

  test('a guest that has its own disk gets it onto the share while it runs', async () => {
    const { diskPath } = await addGuest(lab, { name: GUEST, host: 'alpha', ...small, disk: 'local' });
    expect(JSON.parse(expectDone(await ferry('share', 'adopt', GUEST, '--json')).stdout)).toMatchObject({
      result: 'done',
      steps: [{ id: 'adopted', state: 'done', values: { to: DISK } }],
    });
    const disks = await inside('alpha', 'virsh', 'domblklist', GUEST);
    expect(disks.stdout).toContain(DISK);
    // It has the copy alone: the old one is of use to nobody.
    expectDone(await inside('alpha', 'rm', diskPath ?? ''));
    await expectWhole(GUEST);
  });

  test('and moves over it without being copied', async () => {
    await move('beta');
  });

  test('the server is stopped and started: the guest stalls, goes on, and has lost nothing', async () => {
    expectDone(await inside('alpha', 'systemctl', 'stop', 'nfs-server'));
    const stalled = await diskStalls(GUEST, AGAIN_MS);
    expect((await status()).ids).toContain('beta reach-closed');
    expectDone(await inside('alpha', 'systemctl', 'start', 'nfs-server'));
    await diskGoesOn(GUEST, stalled, AGAIN_MS);
    await expectWhole(GUEST);
  });

  test('the server loses power: it comes back as it was, the guest goes on, and has lost nothing', async () => {
    const before = starts('alpha');
    // Its kernel starts anew on the spot: nothing is written, nobody is told.
    const crash = script('alpha', 'echo b >/proc/sysrq-trigger');
    const stalled = await diskStalls(GUEST, AGAIN_MS);
    await until(
      'alpha is up',
      async () => starts('alpha'),
      (now) => now > before,
      START_MS,
    );
    await crash;
    await diskGoesOn(GUEST, stalled, AGAIN_MS);
    await expectWhole(GUEST);
    expect((await status()).ids).toEqual(good);
  });

  test('while a guest has its disk there it stays; the guest moves back', async () => {
    const refused = await share('remove');
    expect(refused.exitCode).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ result: 'blocked', problems: [{ id: 'in-use' }] });
    await move('alpha');
    await removeGuest(lab, GUEST, hosts);
    expectDone(await inside('alpha', 'rm', DISK));
  });

  test('is removed, and what was there is as before', async () => {
    expect(JSON.parse(expectDone(await share('remove')).stdout)).toMatchObject({ result: 'done' });
    after = await listings();
    for (const [at, now] of after.entries()) {
      const [was] = before.slice(at);
      if (was !== undefined) expectOnlyPackages(now, was);
    }
  });

  test.each(['systemd', 'fstab'])('mounted with %s, it leaves nothing either', async (mountWith) => {
    expect(JSON.parse(expectDone(await create('--mount-with', mountWith)).stdout)).toMatchObject({
      result: 'done',
    });
    expect((await status()).ids).toEqual(good);
    expect(JSON.parse(expectDone(await share('remove')).stdout)).toMatchObject({ result: 'done' });
    expect(await listings()).toEqual(after);
  });
});
