import { captureInHost } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { address, afterwards, ferry, lab } from './fixture.ts';

// Hosts of the lab have no kernel NFS and no systemd: what can be seen here is the way to them over ssh, and a status of
// a directory that they share otherwise.

const PORT = 2049;
const SHARED = '/srv/shared';
const uri = (name: string) => `qemu+ssh://root@${address(name)}/system`;
const hosts = ['--server', uri('alpha'), '--client', uri('beta')];

interface Item {
  readonly id: string;
  readonly host: string;
}

test('hosts on which a share cannot be made are left as they are', async () => {
  const listing = () => captureInHost(lab, 'beta', ['sh', '-c', 'ls -lR /etc; cat /proc/self/mountinfo']);
  const before = await listing();
  const { exitCode, stdout } = await ferry('share', 'create', ...hosts, '--path', SHARED, '--json');
  expect(exitCode).toBe(3);
  const { result, problems } = JSON.parse(stdout) as { result: string; problems: Item[] };
  expect(result).toBe('blocked');
  expect(problems.map(({ id }) => id)).toEqual(expect.arrayContaining(['no-systemd', 'path-mounted']));
  expect(await listing()).toEqual(before);
  expect((await ferry('share', 'status')).stderr).toContain('nothing is shared by Ferry');
});

test('a share that Ferry did not make is tried from both sides', async () => {
  const status = () => ferry('share', 'status', ...hosts, '--path', SHARED, '--json');
  const idsOf = (json: string) => {
    const [one] = JSON.parse(json) as { items: Item[] }[];
    return one?.items.map(({ id, host }) => `${host === address('alpha') ? 'alpha' : 'beta'} ${id}`) ?? [];
  };
  const closed = await status();
  expect(closed.exitCode).toBe(3);
  expect(idsOf(closed.stdout)).toContain('beta reach-closed');

  const listen = `import socket,time\ns = socket.create_server(("", ${PORT}))\ntime.sleep(60)`;
  const script = `python3 -c '${listen}' >/dev/null 2>&1 </dev/null & echo $!`;
  const { stdout } = await captureInHost(lab, 'alpha', ['sh', '-c', script]);
  afterwards(() => captureInHost(lab, 'alpha', ['kill', stdout.trim()]));
  await captureInHost(lab, 'beta', [
    ...['timeout', '20', 'bash', '-c'],
    `until : <"/dev/tcp/${address('alpha')}/${PORT}"; do sleep 0.1; done`,
  ]);

  const open = await status();
  expect(open.exitCode).toBe(0);
  for (const what of ['alpha space', 'alpha crossing', 'alpha lock', 'beta reach-open', 'beta crossing'])
    expect(idsOf(open.stdout)).toContain(what);
  const { stdout: left } = await captureInHost(lab, 'alpha', ['find', SHARED, '-name', '.ferry-share-*']);
  expect(left).toBe('');
});
