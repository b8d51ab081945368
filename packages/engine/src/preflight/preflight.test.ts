import { setTimeout } from 'node:timers/promises';
import type { FakeDaemonOptions } from '@virt-ferry/libvirt/testing';
import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import type { Domain, Host } from '../model.ts';
import { checkContext } from '../testing/check-context.ts';
import { plainDomain } from '../testing/plain-domain.ts';
import type { Wishes } from './check.ts';
import { preflight } from './preflight.ts';

/** What a host must say that only a strange one says; what real hosts say is tested in the lab. */

const absent = () => {
  throw new Error('Domain not found');
};

const never = () => new Promise<never>(() => undefined);

/** Time in these tests runs so many times faster. */
const HASTE = 100;
const delay: Env['delay'] = (ms, signal) => setTimeout(ms / HASTE, undefined, { signal });

async function report(
  destination: FakeDaemonOptions['handlers'],
  change: Partial<Domain> = {},
  there: Partial<Host> = {},
  wishes: Partial<Wishes> = {},
) {
  const context = await checkContext({
    domain: { ...plainDomain, memoryBytes: 2 ** 30, cpuXml: '<cpu/>', ...change },
    there,
    wishes,
    asked: {
      there: {
        domainLookupByName: absent,
        domainLookupByUuid: absent,
        connectCompareHypervisorCpu: () => ({ result: 2 }),
        connectGetAllDomainStats: () => ({ records: [] }),
        ...destination,
      },
    },
  });
  return preflight({ ...context, env: Object.assign(context.env, { delay }) });
}

const severityOf = async (id: string, ...args: Parameters<typeof report>) =>
  (await report(...args)).findings.find((finding) => finding.id === id)?.severity;

describe('findings', () => {
  test('a check that throws becomes a warning, and the others still come', async () => {
    // The fake's error number is not "no such domain", so looking it up fails.
    const { findings, verdict } = await report({});
    expect(findings.find(({ id }) => id === 'identity.failed')).toMatchObject({
      severity: 'warning',
      evidence: 'Domain not found',
    });
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['host.different', 'cpu.compatible', 'memory.enough', 'storage.none']),
    );
    expect(verdict).toBe('warnings');
  });

  test('a host that goes silent becomes a warning, and the others still come', async () => {
    const { findings } = await report({ connectCompareHypervisorCpu: never });
    expect(findings.find(({ id }) => id === 'cpu.failed')).toMatchObject({
      severity: 'warning',
      evidence: 'no answer for 15 s',
    });
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['machine.supported', 'memory.enough']),
    );
  });

  test('while images are read nobody has gone silent', async () => {
    const context = await checkContext({
      domain: { ...plainDomain, cpuXml: '<cpu/>' },
      asked: { there: { connectCompareHypervisorCpu: never } },
    });
    const env = Object.assign(context.env, { delay });
    const read = Promise.withResolvers<void>();
    const reading = context.longReading.during(read.promise);
    let isDone = false;
    const reported = preflight({ ...context, env }).then(({ findings }) => {
      isDone = true;
      return findings;
    });
    // Three times as long as anybody waits for a host.
    await delay(45_000);
    expect(isDone).toBe(false);
    read.resolve();
    await reading;
    const silent = (await reported).find(({ id }) => id === 'cpu.failed');
    expect(silent).toMatchObject({ evidence: 'no answer for 15 s' });
  });

  test('blockers come first, and decide', async () => {
    const { findings, verdict } = await report({ connectCompareHypervisorCpu: () => ({ result: 0 }) });
    expect(findings[0]).toMatchObject({ id: 'cpu.incompatible', severity: 'blocker' });
    expect(verdict).toBe('blocked');
  });

  test.each([
    { id: 'cpu.unknown', severity: 'warning', destination: { connectCompareHypervisorCpu: absent } },
    {
      id: 'cpu.compatible',
      severity: 'pass',
      destination: { connectCompareHypervisorCpu: () => ({ result: 1 }) },
    },
    { id: 'cpu.default', severity: 'pass', change: { cpuXml: null } },
    { id: 'memory.tight', severity: 'warning', target: { availableMemoryBytes: 2 * 2 ** 30 } },
    { id: 'memory.short', severity: 'blocker', target: { availableMemoryBytes: 2 ** 29 } },
    { id: 'state.paused', severity: 'notice', change: { state: 'paused' } },
    { id: 'state.not-running', severity: 'blocker', change: { state: 'shut off' } },
    { id: 'machine.unsupported', severity: 'blocker', destination: { connectGetDomainCapabilities: absent } },
    { id: 'host.duplicate-uuid', severity: 'blocker', target: { uuid: 'alpha' } },
    { id: 'host.same', severity: 'blocker', target: { uuid: 'alpha', hostname: 'alpha' } },
  ] as const)('$id is a $severity', async ({ id, severity, ...what }) => {
    const { destination, change, target } = { destination: {}, change: {}, target: {}, ...what };
    expect(await severityOf(id, destination, change, target)).toBe(severity);
  });

  test.each([
    {
      kind: 'network',
      source: { kind: 'network', protocol: 'nfs', name: '/x' },
      id: 'storage.network',
      severity: 'pass',
    },
    {
      kind: 'block',
      source: { kind: 'block', path: '/dev/sdb' },
      id: 'storage.device-unproven',
      severity: 'warning',
    },
    { kind: 'empty', source: { kind: 'empty' }, id: 'storage.empty', severity: 'pass' },
  ] as const)('a $kind disk is a $severity', async ({ source, id, severity }) => {
    const disk = {
      target: 'vda',
      device: 'disk',
      source,
      format: 'raw',
      cache: null,
      readOnly: false,
      shareable: false,
      bus: 'virtio',
      backing: [],
      backingSent: false,
      startupPolicy: 'mandatory',
      secrets: [],
    } as const;
    expect(await severityOf(id, {}, { disks: [disk] })).toBe(severity);
  });
});

describe('post-copy, whose link may break', () => {
  test.each([
    { libvirtVersion: 7_000_000, id: 'post-copy.no-resume', severity: 'blocker' },
    { libvirtVersion: 8_004_000, id: 'post-copy.no-resume', severity: 'blocker' },
    { libvirtVersion: 8_005_000, id: 'post-copy.resumable', severity: 'pass' },
    { libvirtVersion: 11_001_000, id: 'post-copy.resumable', severity: 'pass' },
    { libvirtVersion: 11_002_000, id: 'post-copy.crashes', severity: 'blocker' },
    { libvirtVersion: 11_003_000, id: 'post-copy.crashes', severity: 'blocker' },
    { libvirtVersion: 11_004_000, id: 'post-copy.resumable', severity: 'pass' },
  ])('to libvirt $libvirtVersion: $id', async ({ libvirtVersion, id, severity }) => {
    expect(await severityOf(id, {}, {}, { libvirtVersion }, { method: 'post-copy' })).toBe(severity);
  });

  test('where it is only allowed the move goes without', async () => {
    const allowed = { method: 'pre-copy', postCopy: 'when-needed' } as const;
    const { findings, verdict } = await report({}, {}, { libvirtVersion: 11_003_000 }, allowed);
    const named = findings.filter(({ subject }) => /post-copy/.test(subject));
    expect(named).toMatchObject([
      { id: 'allowed-post-copy.without', message: expect.stringContaining('crashes') },
    ]);
    expect(verdict).not.toBe('blocked');
  });

  test('a pre-copy is not asked about it', async () => {
    const { findings } = await report({}, {}, { libvirtVersion: 7_000_000 });
    expect(findings.filter(({ subject }) => subject === 'post-copy')).toEqual([]);
  });
});

describe('peer-to-peer', () => {
  test.each([
    { uri: 'qemu+tls://beta/system', id: 'peer.unchecked', severity: 'notice' },
    { uri: 'qemu:///system', id: 'peer.local-uri', severity: 'blocker' },
    { uri: 'qemu+tcp://localhost/system', id: 'peer.local-uri', severity: 'blocker' },
    { uri: 'qemu+tcp://127.0.0.1/system', id: 'peer.local-uri', severity: 'blocker' },
  ])('$uri is a $severity', async ({ uri, id, severity }) => {
    expect(await severityOf(id, {}, {}, { ref: { name: 'beta', uri } }, { drive: 'p2p' })).toBe(severity);
  });

  test('the URI that is meant for peers counts', async () => {
    const ref = { name: 'beta', uri: 'qemu:///system', peerUri: 'qemu+tls://beta/system' };
    expect(await severityOf('peer.unchecked', {}, {}, { ref }, { drive: 'p2p' })).toBe('notice');
  });
});
