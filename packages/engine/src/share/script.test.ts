import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Env } from '../env.ts';
import { createEnv } from '../real-env.ts';
import { envOn, join2, makeMachine, type StubMachine, whyNoMachines } from '../testing/stub-machine.ts';
import * as stubs from '../testing/stubs.ts';
import { createShare } from './create.ts';
import { type OpenShareHost, openShareHost } from './host.ts';
import type { ShareRequest } from './model.ts';
import { removeShare } from './remove.ts';
import { reachOf } from './sight.ts';
import { shareStatus } from './status.ts';

const PATIENCE_MS = 60_000;
const why = whyNoMachines();
if (why !== null) console.log(`the script of a share is not run here: ${why}`);

const openEuler = { os: ['ID="openEuler"', 'VERSION_ID="22.03"'], user: 'qemu:107' };
const debian = { os: ['ID=debian', 'VERSION_ID="13"'], user: 'libvirt-qemu:64055' };
type Guard = 'none' | 'nft' | 'iptables' | 'firewalld' | 'ufw';

/** Two machines; the first is to share a directory, behind a firewall of some kind. */
async function scene(guard: Guard, family: 'dnf' | 'apt', shell: string) {
  const base = family === 'dnf' ? openEuler : debian;
  const own = { ...stubs.common, ...(family === 'dnf' ? stubs.dnf : stubs.apt) };
  const server = await makeMachine({
    ...{ ...base, name: 'alpha', address: '10.9.0.1' },
    stubs: {
      ...own,
      ...(guard === 'firewalld' ? stubs.withFirewalld : {}),
      ...(guard === 'ufw' ? stubs.withUfw : {}),
    },
    units: {
      ...(guard === 'nft' ? { 'nftables.service': 'enabled active' } : {}),
      ...(guard === 'iptables' ? { 'iptables.service': 'enabled active' } : {}),
    },
  });
  const client = await makeMachine({
    ...{ ...base, name: 'beta', address: '10.9.0.2' },
    stubs: { ...own, ...(family === 'dnf' ? stubs.withSelinux : {}) },
  });
  join2(server, client);
  shut(server, guard);
  const directory = mkdtempSync(join(tmpdir(), 'ferry-share-'));
  const real = createEnv({ journalPath: join(directory, 'journal.db') });
  onTestFinished(async () => {
    await real.close();
    rmSync(directory, { recursive: true });
  });
  const env = envOn([server, client], shell, real);
  return { server, client, env, open: seeingTheServer(server, env) };
}

/** A firewall that lets in nothing but what was begun from here. */
function shut(server: StubMachine, guard: Guard): void {
  if (guard === 'nft')
    server.run(
      ...['nft', 'table inet filter { chain input { type filter hook input priority 0; policy drop;'],
      ...['ct state established,related accept; iif lo accept; }; }'],
    );
  if (guard === 'iptables') {
    server.run('iptables', '-A', 'INPUT', '-m', 'state', '--state', 'ESTABLISHED,RELATED', '-j', 'ACCEPT');
    server.run('iptables', '-A', 'INPUT', '-j', 'REJECT');
  }
}

const withoutDomains = async () =>
  ({ connectListAllDomains: async () => ({ domains: [], count: 0 }), close: async () => undefined }) as never;

/** No NFS here: what a client tries on its mount is tried by the same script where the directory is. */
function seeingTheServer(server: StubMachine, env: Env): OpenShareHost {
  return async (ref) => {
    const host = { ...(await openShareHost(ref, env)), libvirt: withoutDomains };
    if (ref.name === server.ref.name) return host;
    const there = await openShareHost(server.ref, env);
    return {
      ...host,
      try: (what, place = '', ...values) =>
        what === 'reach' ? host.try(what, place, ...values) : there.try(what, '/srv/vm-1', ...values),
      async close() {
        await there.close();
        await host.close();
      },
    };
  };
}

const requestOn = (server: StubMachine, client: StubMachine, mountWith: ShareRequest['mountWith']) =>
  ({
    ...{ server: server.ref, clients: [client.ref], path: '/srv/vm-1', mount: '/var/shared/vms' },
    ...{ nfs: '4.2', mountWith, address: null, firewall: 'open' },
  }) as const satisfies ShareRequest;

/** Everything that a share could have changed: files with what they hold, owners, units, rules, mounts; not packages. */
function listing(machine: StubMachine): string[] {
  const found: string[] = [];
  const walk = (directory: string) => {
    for (const name of readdirSync(join(machine.root, directory)).toSorted()) {
      const path = join(directory, name);
      const entry = statSync(join(machine.root, path));
      const { mode, uid, gid } = entry;
      const isDirectory = entry.isDirectory();
      const line = `${path} ${uid} ${gid} ${mode.toString(8)}`;
      found.push(isDirectory ? line : `${line} ${readFileSync(join(machine.root, path), 'utf8')}`);
      if (isDirectory) walk(path);
    }
  };
  for (const directory of ['etc', 'srv', 'var']) walk(directory);
  for (const name of readdirSync(join(machine.root, 'state')).toSorted())
    if (/^(firewalld|ufw|boolean|etab)/.test(name)) {
      const text = machine.read(join('state', name));
      if (text !== '') found.push(`${name} ${text}`);
    }
  for (const unit of readdirSync(join(machine.root, 'state/units')).toSorted()) {
    const state = machine.read(join('state/units', unit));
    if (state !== 'disabled inactive\n') found.push(`${unit} ${state}`);
  }
  // Counters and handles change by themselves.
  found.push(machine.run('sh', '-c', 'nft list ruleset 2>/dev/null').replace(/packets \d+ bytes \d+/g, ''));
  found.push(machine.run('iptables', '-S'));
  found.push(machine.run('sh', '-c', 'grep -v " /proc" /proc/self/mountinfo | cut -d " " -f 5- | sort'));
  return found;
}

/** What its status says; root is not squashed where there is no NFS. */
const seen = [
  ...['alpha all-so', 'alpha crossing', 'alpha latency', 'alpha lock', 'alpha space'],
  ...[
    'beta all-so',
    'beta crossing',
    'beta latency',
    'beta reach-open',
    'beta root-not-squashed',
    'beta space',
  ],
];

const cases: readonly [Guard, 'dnf' | 'apt', 'systemd' | 'fstab', string][] = [
  ['nft', 'apt', 'systemd', 'dash'],
  ['iptables', 'dnf', 'fstab', 'bash'],
  ['firewalld', 'dnf', 'systemd', 'dash'],
  ['ufw', 'apt', 'fstab', 'bash'],
];

describe.skipIf(why !== null)('the script itself', () => {
  test.each(cases)(
    'firewall %s, packages by %s, mount by %s, run by %s',
    async (guard, family, mountWith, shell) => {
      const { server, client, env, open } = await scene(guard, family, shell);
      const machines = [server, client];
      const request = requestOn(server, client, mountWith);
      const before = machines.map(listing);

      const planned = await createShare(request, env, { dryRun: true }, open);
      expect(planned.problems).toEqual([]);
      expect(planned.result).toBe('planned');
      expect(machines.map(listing)).toEqual(before);

      const made = await createShare(request, env, {}, open);
      expect(made.problems).toEqual([]);
      expect(made.result).toBe('done');
      const id = family === 'dnf' ? 107 : 64055;
      expect(server.read('etc/exports.d/ferry-srv-vm--1-10.9.0.2.exports')).toContain(
        `/srv/vm-1 10.9.0.2(rw,sync,no_subtree_check,sec=sys,root_squash,anonuid=${id},anongid=${id})`,
      );
      expect(client.run('findmnt', '-n', '-o', 'SOURCE', '/var/shared/vms').trim()).toBe(
        '10.9.0.1:/srv/vm-1',
      );
      if (family === 'dnf') expect(client.read('state/boolean-virt_use_nfs')).toBe('on\n');
      if (guard === 'nft' || guard === 'iptables') await staysOpen(server, client, guard, env);

      const { items } = await shareStatus(request, env, open);
      expect(items.map((one) => `${one.host} ${one.id}`).toSorted()).toEqual(seen);

      const shared = machines.map(listing);
      const again = await createShare(request, env, {}, open);
      expect(again.result).toBe('nothing');
      expect(machines.map(listing)).toEqual(shared);

      const removal = { server: server.ref, path: request.path, hosts: [] };
      const removed = await removeShare(removal, env, {}, open);
      expect(removed.steps.filter(({ state }) => !['undone', 'kept'].includes(state))).toEqual([]);
      expect(removed.result).toBe('done');
      expect(machines.map(listing)).toEqual(before);
      const calls = server.read('state/calls');
      expect(calls).not.toMatch(/flush|-F\b|no_root_squash|777|-R\b/);
    },
    PATIENCE_MS,
  );
});

/** The service reads its own file anew, and the unit that Ferry wrote says its rules again. */
async function staysOpen(server: StubMachine, client: StubMachine, guard: Guard, env: Env): Promise<void> {
  const host = await openShareHost(client.ref, env);
  expect(await reachOf(host, '10.9.0.1')).toBe('open');
  if (guard === 'nft') server.run('nft', 'delete table inet filter');
  else server.run('iptables', '-F', 'INPUT');
  shut(server, guard);
  expect(await reachOf(host, '10.9.0.1')).not.toBe('open');
  const [unit = ''] = readdirSync(join(server.root, 'etc/systemd/system')).filter((name) =>
    name.endsWith('.service'),
  );
  for (const [, line = ''] of server.read(`etc/systemd/system/${unit}`).matchAll(/^ExecStart=(.*)$/gm))
    server.run(...line.split(' '));
  expect(await reachOf(host, '10.9.0.1')).toBe('open');
  await host.close();
}
