import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { addresses, captureInHost, connectHost, hostNames, namespacePath } from '@virt-ferry/lab';
import { cutLink, resetLink, slowLink } from '@virt-ferry/lab/faults';
import { connect, DomainState } from '@virt-ferry/libvirt';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { address, connectTo, guest, host, lab } from '../fixture.ts';

const everywhere = ['controller', 'wires', ...(await hostNames(lab))];
const inside = async (at: string, ...command: string[]) => (await captureInHost(lab, at, command)).stdout;
const inNetworkOf = (at: string, ...[program = '', ...args]: string[]) =>
  execFileSync('nsenter', [`--net=${namespacePath(lab, at)}`, '--', program, ...args], { encoding: 'utf8' });
/** Where there are firewall rules. */
const ruled = () => everywhere.filter((at) => inNetworkOf(at, 'nft', 'list', 'ruleset') !== '');
const soon = { deadlineMs: 1000 };
const late = { code: 'timeout' };

/** Each fault was undone; nothing of it is left anywhere. */
afterEach(() => {
  expect(ruled()).toEqual([]);
});

/** What libvirtd says of a guest on its own host, whatever the network does. */
async function stateInside(at: string, uuid: string): Promise<number> {
  const connection = await connectHost(lab, at);
  try {
    const { dom } = await connection.domainLookupByUuid({ uuid });
    return (await connection.domainGetState({ dom, flags: 0 })).state;
  } finally {
    await connection.close();
  }
}

describe('cutLink', () => {
  const ping = (from: string, to: string) =>
    captureInHost(lab, from, ['busybox', 'ping', '-c', '1', '-W', '1', address(to)]);

  test('between two hosts: neither is told, others are not touched, and it heals', async () => {
    const undo = await cutLink(lab, 'alpha', 'beta');
    onTestFinished(undo);
    expect(ruled()).toEqual(['alpha', 'beta']);
    for (const [from, to] of [
      ['alpha', 'beta'],
      ['beta', 'alpha'],
    ] as const) {
      expect(await ping(from, to)).toMatchObject({ exitCode: 1, stderr: '' });
      expect(await ping(from, 'gamma')).toMatchObject({ exitCode: 0 });
    }
    await undo();
    expect(ruled()).toEqual([]);
    expect(await ping('alpha', 'beta')).toMatchObject({ exitCode: 0 });
  });

  test('one way: calls arrive, answers do not; or calls do not', async () => {
    const there = await guest({ host: 'alpha', disk: 'none' });
    const connection = await connectTo('alpha');
    const { dom } = await connection.domainLookupByUuid({ uuid: there.uuid });

    const noAnswers = await cutLink(lab, 'alpha', 'controller', 'a-to-b');
    await expect(connection.domainSuspend({ dom }, soon)).rejects.toMatchObject(late);
    expect(await stateInside('alpha', there.uuid)).toBe(DomainState.paused);
    await noAnswers();
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });

    const noCalls = await cutLink(lab, 'alpha', 'controller', 'b-to-a');
    await expect(connection.domainResume({ dom }, soon)).rejects.toMatchObject(late);
    expect(await stateInside('alpha', there.uuid)).toBe(DomainState.paused);
    await noCalls();
    // TCP sends it again.
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
    expect(await stateInside('alpha', there.uuid)).toBe(DomainState.running);
  });

  test('a host that is not there', async () => {
    await expect(cutLink(lab, 'alpha', 'omega')).rejects.toThrow(/has no host omega/);
  });
});

describe('resetLink', () => {
  test('an idle connection ends at once on both sides; new ones are refused until undone', async () => {
    const connection = await connectTo('alpha');
    const socketsOfController = () =>
      inside('alpha', 'ss', '-Htn', 'state', 'established', 'dst', addresses.controller.management);
    expect(await socketsOfController()).not.toBe('');
    const undo = await resetLink(lab, 'controller', 'alpha');
    onTestFinished(undo);
    await expect.poll(socketsOfController).toBe('');
    await expect(connection.connectGetHostname({})).rejects.toMatchObject({ code: 'disconnected' });
    await expect(connect(host('alpha').uri)).rejects.toMatchObject({ code: 'connect' });
    expect(await (await connectTo('beta')).connectGetHostname({})).toEqual({ hostname: 'beta' });
    await undo();
    expect(await (await connectTo('alpha')).connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });
});

describe('slowLink', () => {
  /** What shapes alpha's link, at its two ends. */
  const shapes = () => ['alpha', 'wires'].map((at) => inNetworkOf(at, 'tc', 'qdisc', 'show'));

  test('both ways, and as before when undone', async () => {
    const listener = createServer((socket) => socket.resume()).listen(0, addresses.controller.management);
    await once(listener, 'listening');
    onTestFinished(() => void listener.close());
    const { port } = listener.address() as AddressInfo;
    const send = async (megabytes: number) => {
      const accepted = once(listener, 'connection');
      const startMs = performance.now();
      const nc = ['busybox', 'nc', addresses.controller.management, String(port)];
      await captureInHost(lab, 'alpha', nc, 'x'.repeat(megabytes * 1024 ** 2));
      const [socket] = await accepted;
      if (!socket.closed) await once(socket, 'close');
      return performance.now() - startMs;
    };
    const before = shapes();
    const undo = await slowLink(lab, 'alpha', '8mbit');
    onTestFinished(undo);
    for (const shape of shapes()) expect(shape).toContain('rate 8Mbit');
    // A burst of 2 MB is free; what is over it takes a second for each MB.
    expect(await send(4)).toBeGreaterThan(1500);
    await undo();
    expect(shapes()).toEqual(before);
  });
});
