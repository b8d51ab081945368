import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Env } from '../env.ts';
import type { ShareLedger } from '../journal/share-ledger.ts';
import { type FakeMachine, fakeMachine, fakeOpen, stateOf } from '../testing/fake-share-host.ts';
import { journaledEnv } from '../testing/journaled-env.ts';
import { createShare } from './create.ts';
import type { ShareRequest } from './model.ts';
import { removeShare } from './remove.ts';

/** What is written here need not wait for a disk. */
const MEMORY = '/dev/shm';
const PATIENCE_MS = 120_000;

const openEuler = ['os ID openEuler', 'os VERSION_ID 22.03', 'has dnf', 'hypervisor 107 107'];
const debian = ['os ID debian', 'os VERSION_ID 13', 'has apt-get', 'hypervisor 64055 64055'];

/** A directory that is to be shared, with all that can be in its way and in its service. */
function scene(mountWith: ShareRequest['mountWith'] = 'pool') {
  const nft = ['has nft', 'nft-input inet filter input closed'];
  const alpha = fakeMachine('alpha', '10.0.0.1', [...debian, ...nft, 'daemon libvirtd 11.3.0']);
  alpha.services.set('nftables', 'enabled active');
  alpha.services.set('ferry-srv-vms-10.0.0.2-nftables.service', 'disabled inactive');
  alpha.services.set('ferry-srv-vms-10.0.0.3-nftables.service', 'disabled inactive');
  alpha.directories.set('/srv', '0 0 755');
  const beta = fakeMachine('beta', '10.0.0.2', [...openEuler, 'selinux Enforcing', 'daemon libvirtd']);
  const gamma = fakeMachine('gamma', '10.0.0.3', [...debian, 'daemon libvirtd']);
  const machines = [alpha, beta, gamma];
  const request: ShareRequest = {
    ...{ server: alpha.ref, clients: [beta.ref, gamma.ref], path: '/srv/vms', mount: '/var/vms' },
    ...{ nfs: '4.2', mountWith, address: null, firewall: 'open' },
  };
  for (const one of machines) one.directories.set('/var', '0 0 755');
  return { machines, request, alpha, beta, gamma, open: fakeOpen(machines) };
}

/** A real journal; a clock and delays that take no time. The Ferry that wrote before is dead. */
function testEnv(): Env {
  return journaledEnv(
    { delay: async () => undefined, liveness: async () => 'dead' },
    existsSync(MEMORY) ? MEMORY : undefined,
  );
}

const states = (machines: readonly FakeMachine[]) => machines.map((one) => structuredClone(stateOf(one)));
const resultsOf = (steps: readonly { readonly state: string }[]) => new Set(steps.map(({ state }) => state));

test.each(['pool', 'systemd', 'fstab'] as const)(
  'what is shared by %s, shared again, and removed is as before',
  async (mountWith) => {
    const { machines, request, open, alpha, beta } = scene(mountWith);
    const env = testEnv();
    const before = states(machines);

    const planned = await createShare(request, env, { dryRun: true }, open);
    expect(planned.result).toBe('planned');
    expect(states(machines)).toEqual(before);
    expect(await env.journal.shares.open()).toEqual([]);

    const made = await createShare(request, env, {}, open);
    expect(made.problems).toEqual([]);
    expect(made.result).toBe('done');
    expect(alpha.files.get('/etc/exports.d/ferry-srv-vms-10.0.0.2.exports')).toContain(
      '/srv/vms 10.0.0.2(rw,sync,no_subtree_check,sec=sys,all_squash,anonuid=64055,anongid=64055)',
    );
    expect(beta.mounts.get('/var/vms')).toBe('10.0.0.1:/srv/vms');

    const shared = states(machines);
    const acts = machines.map((one) => one.acts.length);
    const again = await createShare(request, env, {}, open);
    expect(again.result).toBe('nothing');
    expect(resultsOf(again.steps)).toEqual(new Set(['so']));
    expect(states(machines)).toEqual(shared);
    expect(machines.map((one) => one.acts.length)).toEqual(acts);

    const removal = { server: request.server, path: request.path, hosts: [] };
    const removed = await removeShare(removal, env, {}, withoutDomains(open));
    expect(removed.result).toBe('done');
    expect(states(machines)).toEqual(before);
    expect(await env.journal.shares.open()).toEqual([]);
  },
);

/** No host of these has a domain. */
function withoutDomains(open: ReturnType<typeof fakeOpen>): ReturnType<typeof fakeOpen> {
  const libvirt = async () =>
    ({
      connectListAllDomains: async () => ({ domains: [], count: 0 }),
      close: async () => undefined,
    }) as never;
  return async (ref, env) => ({ ...(await open(ref, env)), libvirt });
}

class Crash extends Error {}

/** A Ferry that dies at the n-th write into its journal: before it, or as soon as it is on disk. */
function dyingAt(env: Env, count: number, when: 'before' | 'after'): { env: Env; wasReached: () => boolean } {
  let left = count;
  let isDead = false;
  const guarded =
    <A extends unknown[], T>(write: (...args: A) => Promise<T>) =>
    async (...args: A) => {
      if (isDead) throw new Crash();
      left -= 1;
      isDead = left <= 0;
      if (isDead && when === 'before') throw new Crash();
      const written = await write(...args);
      if (isDead) throw new Crash();
      return written;
    };
  const { shares } = env.journal;
  const dying: ShareLedger = {
    ...shares,
    begin: guarded(shares.begin),
    takeOver: guarded(shares.takeOver),
    append: guarded(shares.append),
    setRequest: guarded(shares.setRequest),
    release: guarded(shares.release),
    end: guarded(shares.end),
  };
  const journal = { ...env.journal, shares: dying };
  return { env: { ...env, journal }, wasReached: () => isDead };
}

/** Runs into each write in turn until there are no more of them. */
async function atEachWrite(
  run: (count: number, when: 'before' | 'after') => Promise<boolean>,
): Promise<number> {
  for (let count = 1; ; count += 1)
    for (const when of ['before', 'after'] as const) if (!(await run(count, when))) return count - 1;
}

test(
  'a Ferry that dies at any write while it shares leaves what the next one goes on with, or removes',
  async () => {
    const writes = await atEachWrite(async (count, when) => {
      const { machines, request, open } = scene();
      const env = testEnv();
      const before = states(machines);
      const dying = dyingAt(env, count, when);
      const result = await createShare(request, dying.env, {}, open).catch((error: unknown) => error);
      if (!dying.wasReached()) return false;
      // In a failure of its journal's it undoes nothing, and the last write is that it lets go.
      expect(result instanceof Crash || (result as { result: string }).result === 'done').toBe(true);

      const goOn = count % 2 === 0;
      if (goOn) {
        const next = await createShare(request, env, {}, open);
        expect(['done', 'nothing']).toContain(next.result);
      }
      const removal = { server: request.server, path: request.path, hosts: [] };
      const isOpen = (await env.journal.shares.open()).length > 0;
      if (isOpen) {
        const removed = await removeShare(removal, env, {}, withoutDomains(open));
        expect(removed.result, `write ${count}, ${when}`).toBe('done');
      }
      expect(states(machines), `write ${count}, ${when}`).toEqual(before);
      return true;
    });
    expect(writes).toBeGreaterThan(20);
  },
  PATIENCE_MS,
);

test(
  'a Ferry that dies at any write while it removes leaves what the next removal ends',
  async () => {
    const writes = await atEachWrite(async (count, when) => {
      const { machines, request, open } = scene();
      const env = testEnv();
      const before = states(machines);
      await createShare(request, env, {}, open);
      const removal = { server: request.server, path: request.path, hosts: [] };
      const dying = dyingAt(env, count, when);
      await removeShare(removal, dying.env, {}, withoutDomains(open)).catch(() => undefined);
      if (!dying.wasReached()) return false;
      if ((await env.journal.shares.open()).length > 0)
        expect((await removeShare(removal, env, {}, withoutDomains(open))).result).toBe('done');
      expect(states(machines), `write ${count}, ${when}`).toEqual(before);
      return true;
    });
    expect(writes).toBeGreaterThan(10);
  },
  PATIENCE_MS,
);

test('whatever step fails, what was done before it is undone', async () => {
  const { machines, request, open } = scene('fstab');
  const words = new Set<string>();
  for (const one of machines) one.onAct = ([word]) => words.add(word);
  await createShare(request, testEnv(), {}, open);
  expect(words.size).toBeGreaterThan(8);
  for (const word of words) {
    const fresh = scene('fstab');
    const before = states(fresh.machines);
    for (const one of fresh.machines) one.failing.set(word, 'no');
    const env = testEnv();
    const report = await createShare(fresh.request, env, {}, fresh.open);
    expect(report.result, word).toBe('taken-back');
    expect(report.problems.at(-1)?.message).toContain('no');
    expect(states(fresh.machines), word).toEqual(before);
    expect(await env.journal.shares.open()).toEqual([]);
  }
});

test('while a domain uses it, running or not, nothing is removed', async () => {
  const { machines, request, open } = scene();
  const env = testEnv();
  await createShare(request, env, {}, open);
  const shared = states(machines);
  const removal = { server: request.server, path: request.path, hosts: [] };
  const dom = { name: 'web', uuid: 'fe441111-0000-4000-8000-000000000001', id: -1 };
  const domain = (file: string) => async () => ({
    xml: `<domain><devices><disk type="file"><source file="${file}"/></disk></devices></domain>`,
  });
  const withDomain =
    (now: string, next: string): typeof open =>
    async (ref, env) => ({
      ...(await open(ref, env)),
      libvirt: async () =>
        ({
          connectListAllDomains: async () => ({ domains: ref.name === 'gamma' ? [dom] : [], count: 1 }),
          domainGetXmlDesc: ({ flags }: { flags: number }) => domain(flags === 0 ? now : next)(),
        }) as never,
    });
  for (const [now, next] of [
    ['/var/vms/web.qcow2', '/other'],
    ['/other', '/var/vms/web.qcow2'],
  ] as const) {
    const { result, problems } = await removeShare(removal, env, {}, withDomain(now, next));
    expect(result).toBe('blocked');
    expect(problems.map(({ message }) => message)).toEqual(['web on gamma uses /var/vms/web.qcow2']);
    expect(states(machines)).toEqual(shared);
  }
  expect((await removeShare(removal, env, {}, withDomain('/other', '/other'))).result).toBe('done');
});

test('a host whose libvirt does not answer is no reason to believe that nothing is used', async () => {
  const { machines, request, open } = scene();
  const env = testEnv();
  await createShare(request, env, {}, open);
  const shared = states(machines);
  const removal = { server: request.server, path: request.path, hosts: [] };
  await expect(removeShare(removal, env, {}, open)).rejects.toThrow(
    /cannot ask the libvirtd of (alpha|beta|gamma)/,
  );
  expect(states(machines)).toEqual(shared);
});

test('what is shared one way is not shared another way by the way', async () => {
  const { request, open } = scene();
  const env = testEnv();
  await createShare(request, env, {}, open);
  for (const change of [{ mount: '/elsewhere' }, { nfs: '3' }, { mountWith: 'fstab' }] as const)
    await expect(createShare({ ...request, ...change }, env, {}, open)).rejects.toThrow(
      /is shared already with --(mount|nfs|mount-with) .*remove it first/,
    );
});

test('one at a time', async () => {
  const { request, open, alpha } = scene();
  const env = { ...testEnv(), liveness: async () => 'alive' as const };
  let second: unknown;
  alpha.onAct = () => {
    second ??= createShare(request, env, {}, open).catch((error: unknown) => error);
  };
  await createShare(request, env, {}, open);
  expect(String(await second)).toContain('is at work on the share /srv/vms');
});

test('Ctrl-C stops after a step, and what was done is undone', async () => {
  const { machines, request, open, beta } = scene();
  const env = testEnv();
  const before = states(machines);
  const abort = new AbortController();
  beta.onAct = () => abort.abort();
  const report = await createShare(request, env, { signal: abort.signal }, open);
  expect(report.result).toBe('taken-back');
  expect(states(machines)).toEqual(before);
});

test.each(['firewalld', 'ufw'])(
  'what a second share needs stays when the first is removed: %s',
  async (manager) => {
    const { machines, request } = scene('fstab');
    const [alpha, beta, gamma] = machines.map((one) => ({ ...one, lines: [...one.lines] }));
    if (!alpha || !beta || !gamma) throw new Error('three machines');
    alpha.lines.push(`firewall ${manager}`);
    const opened = fakeOpen([alpha, beta, gamma]);
    const env = testEnv();
    const second = { ...request, path: '/srv/iso', mount: '/var/iso' };
    await createShare(request, env, {}, opened);
    expect((await createShare(second, env, {}, opened)).result).toBe('done');
    const removal = { server: request.server, path: request.path, hosts: [] };
    const { steps } = await removeShare(removal, env, {}, withoutDomains(opened));
    expect(steps.filter(({ said }) => said === 'something else needs it').length).toBeGreaterThan(2);
    expect(alpha.services.get('nfs-server')).toBe('enabled active');
    expect((await createShare(second, env, {}, opened)).result).toBe('nothing');
  },
);

test('a client that is gone for good can be left out of the removal', async () => {
  const { machines, request, open, beta } = scene();
  const env = testEnv();
  const before = states(machines);
  await createShare(request, env, {}, open);
  const shared = stateOf(beta);
  const gone: typeof open = async (ref, env) => {
    if (ref.name === 'beta') throw new Error('no route to beta');
    return withoutDomains(open)(ref, env);
  };
  const removal = { server: request.server, path: request.path, hosts: [] };
  await expect(removeShare(removal, env, {}, gone)).rejects.toThrow('no route to beta');
  await expect(removeShare({ ...removal, without: ['alpha'] }, env, {}, gone)).rejects.toThrow(
    'alpha is no client of /srv/vms of alpha',
  );
  expect((await removeShare({ ...removal, without: ['beta'] }, env, {}, gone)).result).toBe('done');
  const [alphaBefore, , gammaBefore] = before;
  const [alphaNow, betaNow, gammaNow] = states(machines);
  expect([alphaNow, gammaNow]).toEqual([alphaBefore, gammaBefore]);
  expect(betaNow).toEqual(shared);
});

test('a client is added to a share, and the removal takes both back', async () => {
  const { machines, request, open, beta, gamma } = scene();
  const env = testEnv();
  const before = states(machines);
  await createShare({ ...request, clients: [beta.ref] }, env, {}, open);
  expect(gamma.mounts.size).toBe(0);
  expect((await createShare({ ...request, clients: [gamma.ref] }, env, {}, open)).result).toBe('done');
  expect(gamma.mounts.size).toBe(1);
  const removal = { server: request.server, path: request.path, hosts: [] };
  await removeShare(removal, env, {}, withoutDomains(open));
  expect(states(machines)).toEqual(before);
});

test('what somebody has changed meanwhile is left, and said', async () => {
  const { request, open, alpha } = scene();
  const env = testEnv();
  await createShare(request, env, {}, open);
  alpha.files.set('/etc/exports.d/ferry-srv-vms-10.0.0.2.exports', '/srv/vms *(rw)\n');
  alpha.files.set('/srv/vms/web.qcow2', 'a disk');
  const removal = { server: request.server, path: request.path, hosts: [] };
  const { result, steps } = await removeShare(removal, env, {}, withoutDomains(open));
  expect(result).toBe('done');
  const kept = steps.filter(({ state }) => state === 'kept').map(({ said }) => said);
  expect(kept).toContain('it was changed');
  expect(kept).toContain('it is not empty');
  expect(alpha.files.has('/srv/vms/web.qcow2')).toBe(true);
});
