import { type Connection, connect, ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import type { DiskSource, Domain } from '../../model.ts';
import { type FakeMachine, fakeMachine, fakeOpen } from '../../testing/fake-share-host.ts';
import { journaledEnv } from '../../testing/journaled-env.ts';
import { plainDomain } from '../../testing/plain-domain.ts';
import { createShare } from '../create.ts';
import type { OpenShareHost } from '../host.ts';
import { standing } from '../ledger.ts';
import type { ShareRequest } from '../model.ts';
import { type AdoptOptions, adoptDomain } from './adopt.ts';
import { undoAdoption } from './block-copy.ts';
import { planAdoption } from './plan.ts';

const UUID = 'fe441111-0000-4000-8000-0000000000aa';
const FROM = '/var/lib/libvirt/images/web-3.qcow2';
const TO = '/data/web-3.qcow2';

/** What a libvirtd has of one running domain with one disk. */
interface Libvirtd {
  path: string;
  next: string;
  mirror: { path: string; isReady: boolean } | null;
  /** Called when the copy is looked at. */
  onLook: (libvirtd: Libvirtd) => void;
  deleted: string[];
  copies: number;
}

function xmlOf(path: string, mirror: Libvirtd['mirror'] = null): string {
  const to = mirror
    ? `<mirror type="file" job="copy"${mirror.isReady ? ' ready="yes"' : ''}><source file="${mirror.path}"/></mirror>`
    : '';
  return `<domain type="kvm"><name>web-3</name><uuid>${UUID}</uuid><memory>1024</memory><vcpu>1</vcpu><os><type arch="x86_64" machine="pc">hvm</type></os><devices><disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${path}"/>${to}<target dev="vda" bus="virtio"/></disk></devices></domain>`;
}

const refuse = (number: number, message: string) =>
  new RemoteError({ number, domain: 10, level: 2, message, details: [] });

/** Over its real protocol: a copy is ready when it is looked at for the second time. */
async function libvirtd(change: Partial<Libvirtd> = {}) {
  const now: Libvirtd = {
    ...{ path: FROM, next: FROM, mirror: null, deleted: [], copies: 0 },
    onLook: ({ mirror }) => {
      if (mirror) mirror.isReady = true;
    },
    ...change,
  };
  const dom = { name: 'web-3', uuid: UUID, id: 1 };
  const pool = { name: 'data', uuid: UUID };
  const found = ({ name, uuid }: { name?: string; uuid?: string }) => {
    if (name !== 'web-3' && uuid !== UUID) throw refuse(ErrorNumber.noDomain, 'no domain');
    return { dom };
  };
  const daemon = await startFakeDaemon({
    handlers: {
      domainLookupByName: found,
      domainLookupByUuid: found,
      domainGetXmlDesc: ({ flags }: { flags: number }) => ({
        xml: flags === 2 ? xmlOf(now.next) : xmlOf(now.path, now.mirror),
      }),
      domainGetState: () => ({ state: 1, reason: 1 }),
      domainIsPersistent: () => ({ persistent: true }),
      domainGetBlockInfo: () => ({ allocation: 1n, capacity: 1n << 20n, physical: 1n }),
      domainBlockCopy: ({ destinationXml }: { destinationXml: string }) => {
        const [, path = ''] = /<source file="([^"]*)"/.exec(destinationXml) ?? [];
        now.copies += 1;
        now.mirror = { path, isReady: false };
        return {};
      },
      domainGetBlockJobInfo: () => {
        now.onLook(now);
        return { found: now.mirror !== null, type: 2, bandwidth: 0n, current: 1n, end: 2n };
      },
      domainBlockJobAbort: ({ flags }: { flags: number }) => {
        if (now.mirror === null) throw refuse(ErrorNumber.operationInvalid, 'no job');
        if (flags === 2) {
          now.path = now.mirror.path;
          now.next = now.mirror.path;
        }
        now.mirror = null;
        return {};
      },
      storagePoolLookupByTargetPath: () => ({ pool }),
      storagePoolRefresh: () => ({}),
      storageVolLookupByName: ({ name }: { name: string }) => ({ vol: { pool: 'data', name, key: name } }),
      storageVolDelete: ({ vol }: { vol: { name: string } }) => {
        now.deleted.push(vol.name);
        return {};
      },
    },
  });
  const connection = await connect(daemon.uri);
  onTestFinished(() => connection.close());
  return { now, connection };
}

/** A share of alpha for beta, which runs the domain, in a journal of its own. */
async function scene(change: Partial<Libvirtd> = {}) {
  const daemon = await libvirtd(change);
  const debian = ['os ID debian', 'os VERSION_ID 13', 'has apt-get', 'hypervisor 64055 64055'];
  const alpha = fakeMachine('alpha', '10.0.0.1', debian);
  const beta = fakeMachine('beta', '10.0.0.2', [...debian, 'daemon libvirtd 11.3.0']);
  const env = journaledEnv({ delay: async () => undefined, liveness: async () => 'dead' });
  const open = opening([alpha, beta], daemon.connection);
  const request: ShareRequest = {
    ...{ server: alpha.ref, clients: [beta.ref], path: '/data', mount: '/data', nfs: '4.2' },
    ...{ mountWith: 'pool', address: null, firewall: 'open' },
  };
  expect((await createShare(request, env, {}, open)).result).toBe('done');
  const adopt = (options: AdoptOptions = {}) =>
    adoptDomain({ domain: 'web-3', host: beta.ref, server: null, path: null }, env, options, open);
  const left = async () => {
    const [share] = await env.journal.shares.open();
    const entries = standing(await env.journal.shares.entries(share?.id ?? ''));
    return entries.filter(({ step }) => step === 'adopted').length;
  };
  return { ...daemon, env, adopt, left };
}

/** The machines have that libvirtd, and what is undone of a copy is undone over it. */
function opening(machines: readonly FakeMachine[], connection: Connection): OpenShareHost {
  const plain = fakeOpen(machines);
  return async (ref, env) => {
    const host = await plain(ref, env);
    return {
      ...host,
      libvirt: async () => ({ ...connection, close: async () => undefined }) as Connection,
      is: async (thing) => (thing[0] === 'absent' ? { isSo: true, lines: [] } : host.is(thing)),
      do: (thing) => (thing[0] === 'noadopted' ? undoAdoption(thing, connection) : host.do(thing)),
      try: async (what, ...values) =>
        what === 'space' ? { isSo: true, lines: ['space 100000 50000'] } : host.try(what, ...values),
    };
  };
}

test('a running domain gets its disk onto the share; said again, nothing is changed', async () => {
  const { now, adopt, left } = await scene();
  const planned = await adopt({ dryRun: true });
  expect([planned.result, planned.problems, now.copies]).toEqual(['planned', [], 0]);
  const { result, steps } = await adopt();
  expect(result).toBe('done');
  expect(steps.map(({ id, state, values }) => [id, state, values.to])).toEqual([['adopted', 'done', TO]]);
  expect(now).toMatchObject({ path: TO, next: TO, mirror: null, deleted: [] });
  expect(await left()).toBe(0);
  expect((await adopt()).result).toBe('nothing');
  expect(now.copies).toBe(1);
});

test('a copy that ends before it is whole is taken back', async () => {
  const { now, adopt, left } = await scene({
    onLook: (libvirtd) => {
      libvirtd.mirror = null;
    },
  });
  const { result, problems } = await adopt();
  expect(result).toBe('taken-back');
  expect(problems.map(({ message }) => message)).toEqual([
    'the copy of vda of web-3 ended before it was whole',
  ]);
  expect(now).toMatchObject({ path: FROM, next: FROM, mirror: null, deleted: ['web-3.qcow2'] });
  expect(await left()).toBe(0);
});

test('Ctrl-C ends the copy, and removes it', async () => {
  const abort = new AbortController();
  const { now, adopt, left } = await scene({ onLook: () => abort.abort(new Error('it was to stop')) });
  expect((await adopt({ signal: abort.signal })).result).toBe('taken-back');
  expect(now).toMatchObject({ path: FROM, mirror: null, deleted: ['web-3.qcow2'] });
  expect(await left()).toBe(0);
});

test.each([
  ['before the pivot', { mirror: { path: TO, isReady: false } }, 0],
  ['after it', { path: TO, next: TO }, 0],
  ['before the copy began', {}, 1],
] as const)('after a crash %s the same request goes on', async (_when, there, copies) => {
  const { now, env, adopt, left } = await scene({
    ...there,
    mirror: 'mirror' in there ? { ...there.mirror } : null,
  });
  const [share] = await env.journal.shares.open();
  if (share === undefined) throw new Error('no share');
  const lease = await env.journal.shares.takeOver({ shareId: share.id, token: share.token }, env.holder, 0);
  if (lease === null) throw new Error('no lease');
  const values = { domain: 'web-3', disk: 'vda', from: FROM, to: TO };
  const [host = share.request.server] = share.request.clients;
  const undo = [['noadopted', UUID, 'vda', TO] as const];
  await env.journal.shares.append(lease, { kind: 'intent', step: 'adopted', host, values, undo }, 0, 0);
  expect(await left()).toBe(1);
  expect(['done', 'nothing']).toContain((await adopt()).result);
  expect(now).toMatchObject({ path: TO, next: TO, mirror: null, deleted: [], copies });
  expect(await left()).toBe(0);
});

test("somebody else's copy of the disk is left", async () => {
  const mirror = { path: '/elsewhere', isReady: true };
  const { now, adopt, left } = await scene({ mirror });
  const { result, problems } = await adopt();
  expect(result).toBe('taken-back');
  expect(problems.at(-1)?.message).toBe('vda of web-3 is being copied to /elsewhere');
  expect(now).toMatchObject({ path: FROM, mirror, copies: 0 });
  expect(await left()).toBe(0);
});

const disk = (change: object, source: DiskSource = { kind: 'file', path: FROM }): Domain => ({
  ...plainDomain,
  disks: [
    {
      ...{ target: 'vda', device: 'disk', source, format: 'qcow2', cache: null, readOnly: false },
      ...{
        shareable: false,
        bus: 'virtio',
        backing: [],
        backingSent: false,
        startupPolicy: 'mandatory',
        secrets: [],
      },
      ...change,
    },
  ],
});

test.each<[string, Domain, readonly string[], readonly string[]]>([
  ['is copied', disk({}), [TO], []],
  ['is there already', disk({}, { kind: 'file', path: TO }), [], []],
  ['is only read', disk({ readOnly: true }), [], []],
  ['is empty', disk({}, { kind: 'empty' }), [], []],
  ['is a device', disk({}, { kind: 'block', path: '/dev/sdb' }), [], ['adopt-device']],
  ['is reached over the network', disk({}, { kind: 'network', protocol: 'rbd', name: 'a' }), [], []],
  ['has others that write', disk({ shareable: true }), [], ['adopt-shareable']],
  ['has another format', disk({ format: 'vmdk' }), [], ['adopt-format']],
  ['is of a domain that is off', { ...disk({}), state: 'shut off' }, [], ['adopt-not-running']],
])('a disk that %s', (_what, domain, to, problems) => {
  const planned = planAdoption(domain, '/data', 'beta');
  expect(planned.disks.map((one) => one.to)).toEqual(to);
  expect(planned.problems.map(({ id }) => id)).toEqual(problems);
});
