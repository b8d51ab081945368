import { captureInHost, queryGuest } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { address, guest, lab, runners } from './fixture.ts';

const uriOf = (name: string) => `qemu+ssh://root@${address(name)}/system`;
const hosts = `hosts:\n${['alpha', 'beta', 'delta'].map((name) => `  ${name}: "${uriOf(name)}"\n`).join('')}`;

/** Where a user sits, who knows three hosts. */
function ferry(words: string) {
  const script = `cat >/tmp/evacuate.yaml; FERRY_HOSTS=/tmp/evacuate.yaml ferry ${words}`;
  return captureInHost(lab, 'controller', ['sh', '-c', script], hosts);
}

test('ferry evacuate empties a host, and its guests verify all that they wrote', async () => {
  const load = { host: 'alpha', loadMemoryMiB: 32, memoryRateMBps: 5, disk: 'none' } as const;
  const guests = [await guest(load), await guest(load), await guest(load)];

  const planned = await ferry('evacuate alpha --dry-run --json');
  expect(JSON.parse(planned.stdout), planned.stderr).toMatchObject({ goal: 'evacuate', unplaced: [] });
  for (const { uuid } of guests) expect(await runners(uuid)).toEqual(['alpha']);

  const { exitCode, stdout, stderr } = await ferry('evacuate alpha');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe('3 domains have moved\n');
  for (const { name, uuid } of guests) {
    expect(await runners(uuid)).toEqual([expect.stringMatching(/^(beta|delta)$/)]);
    expect((await queryGuest(lab, name, 'verify')).memory.errors).toBe(0);
  }
});
