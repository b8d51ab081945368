import { readdir, readFile, writeFile } from 'node:fs/promises';
import { check, readHost } from '@virt-ferry/engine';
import { hostRoot, restartService } from '@virt-ferry/lab';
import { type Connection, XmlFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { afterwards, connectTo, env, guest, host, lab, move, request, runners, stateOn } from './fixture.ts';

/** Each blocker is made real, seen by `check`, and stops `migrate` before it touches anything. */

async function expectBlocked(
  wanted: Parameters<typeof move>[0],
  id: string,
  uuid: string,
  before: string[],
): Promise<void> {
  const report = await check(wanted, env);
  expect(report.verdict).toBe('blocked');
  const blockers = report.findings.filter(({ severity }) => severity === 'blocker');
  expect(blockers.map((finding) => finding.id)).toContain(id);
  for (const finding of blockers) {
    expect(finding.evidence).not.toBe('');
    expect(finding.fix?.command).toBeTruthy();
  }
  const { outcome, events } = await move(wanted);
  expect(outcome.result).toBe('blocked');
  expect(events.some((event) => event.type === 'phase' && event.phase === 'begin')).toBe(false);
  expect(await runners(uuid)).toEqual(before);
}

/** What is being moved is refused before anything is opened, and a check sees it in the journal and at the source. */
async function expectBusy(wanted: Parameters<typeof move>[0]): Promise<void> {
  await expect(move(wanted)).rejects.toMatchObject({ code: 'busy' });
  const { verdict, findings } = await check(wanted, env);
  expect(verdict).toBe('blocked');
  const ids = findings.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['operation.running', 'state.busy']));
}

/** Defines a copy of a guest under another identity, which goes again with the test. */
async function define(connection: Connection, xml: string): Promise<void> {
  const { dom } = await connection.domainDefineXmlFlags({ xml, flags: 0 });
  afterwards(async () => {
    await connection.domainUndefineFlags({ dom, flags: 0 });
  });
}

async function xmlOf(name: string): Promise<string> {
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name });
  return (await alpha.domainGetXmlDesc({ dom, flags: XmlFlag.inactive })).xml;
}

const OTHER_UUID = 'fe442222-0000-4000-8000-000000000001';

test('the same host', async () => {
  const moved = await guest({ host: 'alpha' });
  await expectBlocked(request(moved, 'alpha', 'alpha'), 'host.same', moved.uuid, ['alpha']);
});

test('a cloned host: two hosts with one UUID', async () => {
  const moved = await guest({ host: 'alpha' });
  const { uuid } = await readHost(host('alpha'), env);
  const beta = await readHost(host('beta'), env);
  const rewrite = async (from: string, to: string) => {
    const conf = `${await hostRoot(lab, 'beta')}/etc/libvirt/libvirtd.conf`;
    await writeFile(conf, (await readFile(conf, 'utf8')).replace(from, to));
    await restartService(lab, 'beta', 'libvirtd');
  };
  afterwards(() => rewrite(uuid, beta.uuid));
  await rewrite(beta.uuid, uuid);
  await expectBlocked(request(moved, 'alpha', 'beta'), 'host.duplicate-uuid', moved.uuid, ['alpha']);
});

test('a domain that does not run', async () => {
  const moved = await guest({ host: 'alpha' });
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  await alpha.domainDestroyFlags({ dom, flags: 0 });
  await expectBlocked(request(moved, 'alpha', 'beta'), 'state.not-running', moved.uuid, []);
});

test('a domain that is moving already', async () => {
  const moved = await guest({ host: 'alpha', loadMemoryMiB: 256, memoryRateMBps: 150, pattern: 'full' });
  const stop = new AbortController();
  let second: Promise<void> | undefined;
  const first = await move(
    request(moved, 'alpha', 'beta'),
    (event) => {
      if (event.type !== 'progress' || second) return;
      second = expectBusy(request(moved, 'alpha', 'gamma')).finally(() => stop.abort());
    },
    stop.signal,
  );
  await second;
  expect(first.outcome.result).toBe('aborted');
});

test('a name that is taken', async () => {
  const moved = await guest({ host: 'alpha' });
  const xml = (await xmlOf(moved.name)).replaceAll(moved.uuid, OTHER_UUID);
  await define(await connectTo('beta'), xml);
  await expectBlocked(request(moved, 'alpha', 'beta'), 'identity.name-taken', moved.uuid, ['alpha']);
});

test('a UUID that is taken', async () => {
  const moved = await guest({ host: 'alpha' });
  const xml = (await xmlOf(moved.name)).replace(`<name>${moved.name}</name>`, '<name>somebody-else</name>');
  await define(await connectTo('beta'), xml);
  await expectBlocked(request(moved, 'alpha', 'beta'), 'identity.uuid-taken', moved.uuid, ['alpha']);
});

test('a domain that is active on both hosts', async () => {
  const moved = await guest({ host: 'alpha', disk: 'none' });
  const beta = await connectTo('beta');
  const { dom } = await beta.domainCreateXml({ xml: await xmlOf(moved.name), flags: 0 });
  afterwards(async () => {
    await beta.domainDestroyFlags({ dom, flags: 0 });
  });
  await expectBlocked(
    request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }),
    'identity.active-twice',
    moved.uuid,
    ['alpha', 'beta'],
  );
});

test('a machine type that the destination does not know', async () => {
  const moved = await guest({ host: 'gamma', machine: 'pc-q35-10.0' });
  await expectBlocked(request(moved, 'gamma', 'alpha'), 'machine.unsupported', moved.uuid, ['gamma']);
});

test('a CPU that the destination does not have', async () => {
  const moved = await guest({ host: 'alpha', cpu: 'Skylake-Server' });
  await expectBlocked(request(moved, 'alpha', 'beta'), 'cpu.incompatible', moved.uuid, ['alpha']);
});

test('a post-copy to a libvirt that could not take it up again', async () => {
  const moved = await guest({ host: 'alpha' });
  const wanted = request(moved, 'alpha', 'gamma', { method: 'post-copy', commit: 'finish' });
  await expectBlocked(wanted, 'post-copy.crashes', moved.uuid, ['alpha']);
});

test('a post-copy that is only allowed, to the same libvirt: it moves without', async () => {
  const moved = await guest({ host: 'alpha' });
  const allowed = { method: 'post-copy', postCopy: 'when-needed' } as const;
  const { outcome, events } = await move(request(moved, 'alpha', 'gamma', allowed));
  expect(outcome).toMatchObject({ result: 'migrated', method: 'pre-copy', reason: '' });
  const checked = events.find(({ type }) => type === 'checked');
  expect(checked).toMatchObject({
    report: {
      findings: expect.arrayContaining([expect.objectContaining({ id: 'allowed-post-copy.without' })]),
    },
  });
});

test('more memory than the destination has', async () => {
  const moved = await guest({ host: 'alpha', disk: 'none' });
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  await alpha.domainDestroyFlags({ dom, flags: 0 });
  const { availableMemoryBytes } = await readHost(host('beta'), env);
  const memoryMiB = Math.round(availableMemoryBytes / 1024 ** 2) + 1024;
  // Backed by a sparse file, so that the one machine under all hosts can start it at all.
  const memory = `<memory unit="MiB">${memoryMiB}</memory><memoryBacking><source type="file"/><access mode="shared"/></memoryBacking>`;
  const xml = (await xmlOf(moved.name)).replace(/<memory .*<\/currentMemory>/s, memory);
  await alpha.domainDefineXmlFlags({ xml, flags: 0 });
  await alpha.domainCreateWithFlags({ dom, flags: 0 });
  const wanted = request(moved, 'alpha', 'beta', { probe: { kind: 'none' } });
  await expectBlocked(wanted, 'memory.short', moved.uuid, ['alpha']);
});

test('a disk that is not shared, though its path exists on both hosts', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  await expectBlocked(request(moved, 'alpha', 'beta'), 'storage.local', moved.uuid, ['alpha']);
});

test('an inactive definition on the destination is no blocker, and is said', async () => {
  const moved = await guest({ host: 'alpha' });
  const beta = await connectTo('beta');
  await beta.domainDefineXmlFlags({ xml: await xmlOf(moved.name), flags: 0 });
  const report = await check(request(moved, 'alpha', 'beta'), env);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ id: 'identity.defined', severity: 'notice' }),
  );
  const { outcome } = await move(request(moved, 'alpha', 'beta'));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
});

test('a check leaves nothing behind', async () => {
  const moved = await guest({ host: 'alpha' });
  await check(request(moved, 'alpha', 'beta'), env);
  for (const name of ['alpha', 'beta']) {
    const connection = await connectTo(name);
    expect((await connection.connectListAllStoragePools({ needResults: true, flags: 0 })).pools).toEqual([]);
    expect(await readdir(`${await hostRoot(lab, name)}/srv/shared`)).toEqual([`${moved.name}.qcow2`]);
  }
  expect(await stateOn('beta', moved.uuid)).toBeNull();
});
