import { hostRoot, killService, queryGuest, restartService, startService } from '@virt-ferry/lab';
import { connect, LibvirtError } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { address, guest, host, lab, move, request, runners, stateOn } from './fixture.ts';

// tls and ssh need the controller's keys, and are tried from there in cli.lab.ts.
describe('every transport reaches the same daemon', () => {
  test.each([
    { name: 'tcp', uri: async () => `qemu+tcp://${address('alpha')}/system` },
    {
      name: 'unix',
      uri: async () => `qemu+unix:///system?socket=${await hostRoot(lab, 'alpha')}/run/libvirt/libvirt-sock`,
    },
  ])('$name', async ({ uri }) => {
    for (const link of ['inline', 'thread'] as const) {
      const connection = await connect(await uri(), { link });
      expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
      await connection.close();
    }
  });
});

describe('a daemon that goes away', () => {
  test('rejects every call that waits, with a typed error', async () => {
    const connection = await connect(host('gamma').uri);
    const closed = new Promise<LibvirtError>((resolve) => connection.onClosed(resolve));
    const calls = Array.from({ length: 20 }, () => connection.connectGetCapabilities({}));
    const settled = Promise.allSettled(calls);
    await killService(lab, 'gamma', 'libvirtd');
    try {
      const results = [...(await settled), ...(await Promise.allSettled([connection.connectGetType({})]))];
      const failures = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) expect(failure).toMatchObject({ code: 'disconnected' });
      expect(await closed).toBeInstanceOf(LibvirtError);
      // The kernel may still take a connection for a daemon that is just dying, and then ends it.
      const code = expect.stringMatching(/^(connect|disconnected)$/);
      await expect(connect(host('gamma').uri)).rejects.toMatchObject({ code });
    } finally {
      await startService(lab, 'gamma', 'libvirtd');
    }
  });

  test('in mid-move on the destination: the guest runs on at the source', async () => {
    const moved = await guest({ host: 'alpha', loadMemoryMiB: 256, memoryRateMBps: 150, pattern: 'full' });
    let restarted: Promise<void> | undefined;
    const { outcome } = await move(request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }), (event) => {
      if (event.type === 'progress') restarted ??= restartService(lab, 'beta', 'libvirtd');
    });
    expect(restarted).toBeDefined();
    await restarted;
    expect(outcome.result).toBe('rolled-back');
    expect(await runners(moved.uuid)).toEqual(['alpha']);
    expect(await stateOn('beta', moved.uuid)).toBeNull();
    expect((await queryGuest(lab, moved.name, 'verify')).memory.errors).toBe(0);
  });
});
