import { captureInHost, queryGuest } from '@virt-ferry/lab';
import { describe, expect, test } from 'vitest';
import { address, connectTo, ferry, guest, lab, runners } from './fixture.ts';

/** What a command said, and that it said it in one line, but for what is known of it. */
function complaint({ stderr, stdout }: { readonly stderr: string; readonly stdout: string }): string {
  expect(stdout).toBe('');
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => !/^(\(see:| {2}(that is|to do): )/.test(line));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('bad input: one line, the right exit code, nothing touched', () => {
  test.each([
    { words: ['migrate', 'web', '--to', 'nowhere'], exitCode: 2, says: /unknown host nowhere/ },
    { words: ['migrate', 'nobody', '--to', 'beta'], exitCode: 2, says: /no domain nobody/ },
    {
      words: ['migrate', 'nobody', '--to', 'beta', '--from', 'alpha'],
      exitCode: 2,
      says: /no domain nobody on alpha/,
    },
    { words: ['migrate', 'web'], exitCode: 2, says: /--to/ },
    { words: ['migrate', 'web', '--to', 'beta', '--max-downtime', '300'], exitCode: 2, says: /bad time 300/ },
    { words: ['migrate', 'web', '--to', 'beta', '--bandwidth', '5 parsecs'], exitCode: 2, says: /bad rate/ },
    { words: ['migrate', 'web', '--to', 'beta', '--bandwidth', '0MiB/s'], exitCode: 2, says: /above zero/ },
    { words: ['migrate', 'web', '--to', 'beta', '--probe', 'tcp:99999'], exitCode: 2, says: /bad probe/ },
    { words: ['migrate', 'web', '--to', 'beta', '--sideways'], exitCode: 2, says: /unknown option/ },
    {
      words: ['check', 'web', '--to', 'qemu+pigeon://beta/system'],
      exitCode: 2,
      says: /unknown transport pigeon/,
    },
    { words: ['check', 'web', '--to', 'qemu+tcp:///system'], exitCode: 2, says: /needs a host/ },
    { words: ['list', '--host', 'qemu+tcp://10.77.0.1:1/system'], exitCode: 3, says: /connection refused/ },
    { words: ['show', 'nothing1'], exitCode: 2, says: /no operation nothing1/ },
    { words: ['frobnicate'], exitCode: 2, says: /unknown command/ },
  ])('ferry $words', async ({ words, exitCode, says }) => {
    const ran = await ferry(...words);
    expect(complaint(ran)).toMatch(says);
    expect(ran.exitCode).toBe(exitCode);
  });

  test.each([
    {
      name: 'a key that nobody knows',
      uri: () => `qemu+ssh://root@${address('alpha')}/system?keyfile=/root/wrong/id_unknown`,
      says: /Permission denied/,
    },
    {
      name: 'a certificate of another CA',
      uri: () => `qemu+tls://${address('alpha')}/system?pkipath=/root/wrong`,
      says: /refused the client certificate/,
    },
    {
      name: 'a host name that does not exist',
      uri: () => 'qemu+tcp://no-such-host.invalid/system',
      says: /unknown host name|could not be looked up/,
    },
    {
      name: 'no certificate at all',
      uri: () => `qemu+tls://${address('alpha')}/system?pkipath=/nowhere`,
      says: /no client certificate/,
    },
  ])('$name', async ({ uri, says }) => {
    const ran = await ferry('list', '--host', uri());
    expect(complaint(ran)).toMatch(says);
    expect(ran.exitCode).toBe(3);
  });

  test('no known host can be asked', async () => {
    const hosts = 'hosts:\n  gone: qemu+tcp://10.77.0.1:1/system\n';
    const script = 'cat >/tmp/gone.yaml; FERRY_HOSTS=/tmp/gone.yaml ferry migrate web --to gone';
    const ran = await captureInHost(lab, 'controller', ['sh', '-c', script], hosts);
    expect(complaint(ran)).toMatch(/connection refused/);
    expect(ran.exitCode).toBe(3);
  });

  test('a broken hosts file', async () => {
    const broken = 'hosts:\n  alpha: [not, a, uri\n';
    const ran = await captureInHost(
      lab,
      'controller',
      ['sh', '-c', 'cat >/tmp/broken.yaml; FERRY_HOSTS=/tmp/broken.yaml ferry list'],
      broken,
    );
    expect(complaint(ran)).toMatch(/broken.yaml is not YAML/);
    expect(ran.exitCode).toBe(2);
  });
});

describe('hosts', () => {
  test.each([
    { over: 'tcp', uri: () => `qemu+tcp://${address('beta')}/system` },
    { over: 'tls', uri: () => `qemu+tls://${address('beta')}/system` },
    { over: 'ssh and virt-ssh-helper', uri: () => `qemu+ssh://root@${address('beta')}/system?proxy=native` },
    { over: 'ssh and netcat', uri: () => `qemu+ssh://root@${address('beta')}/system?proxy=netcat` },
    {
      over: 'ssh and what there is, by name',
      uri: () => 'qemu+ssh://root@beta/system?keyfile=/root/.ssh/id_ed25519',
    },
  ])('are reached over $over', async ({ uri }) => {
    const ran = await ferry('hosts', 'show', uri(), '--json');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ hostname: 'beta' });
  });

  test('are added and removed by name', async () => {
    expect(
      (await ferry('hosts', 'add', 'extra', `qemu+ssh://root@${address('gamma')}/system`)).exitCode,
    ).toBe(0);
    expect(JSON.parse((await ferry('hosts', 'show', 'extra', '--json')).stdout)).toMatchObject({
      hostname: 'gamma',
    });
    expect((await ferry('hosts', 'remove', 'extra')).exitCode).toBe(0);
    expect((await ferry('hosts', 'show', 'extra')).exitCode).toBe(2);
    expect((await ferry('hosts', 'add', 'bad name', 'qemu:///system')).exitCode).toBe(2);
  });
});

describe('a move by command', () => {
  test('over ssh, told in JSON, found again in history', async () => {
    const { name, uuid } = await guest({ host: 'alpha' });
    const to = `qemu+ssh://root@${address('beta')}/system`;
    const ran = await ferry('migrate', name, '--to', to, '--json');
    expect(ran.exitCode).toBe(0);
    const lines = ran.stdout
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: 'started', domain: name, source: 'alpha' });
    const outcome = lines.at(-1);
    expect(outcome).toMatchObject({
      type: 'outcome',
      result: 'migrated',
      method: 'pre-copy',
      domain: { name, uuid },
    });
    expect(outcome?.blackoutMs).toBeGreaterThan(0);
    expect(await runners(uuid)).toEqual(['beta']);
    const history: unknown = JSON.parse((await ferry('history', '--json')).stdout);
    expect(history).toContainEqual(expect.objectContaining({ id: outcome?.operationId }));
    const story = await ferry('show', String(outcome?.operationId));
    expect(story.stdout).toMatch(/intent +finish/);
    expect((await ferry('show', String(outcome?.operationId), '--json')).exitCode).toBe(0);
  });

  test('watched and aborted from another terminal', async () => {
    const { name, uuid } = await guest({
      host: 'alpha',
      loadMemoryMiB: 256,
      memoryRateMBps: 150,
      pattern: 'full',
    });
    const moving = ferry('migrate', name, '--to', 'beta', '--yes');
    const id = await openOperation();
    const watching = ferry('watch', id, '--json');
    expect((await ferry('tune', name, '--host', 'alpha', '--json')).stdout).toContain('maxDowntimeMs');
    expect((await ferry('status')).stdout).toContain(id);
    const second = await ferry('migrate', name, '--to', 'beta', '--yes');
    expect(second.exitCode).toBe(3);
    expect(second.stderr).toMatch(/is being run by process/);
    expect((await ferry('abort', id)).exitCode).toBe(0);
    expect((await moving).exitCode).toBe(6);
    const watched = await watching;
    expect(watched.exitCode).toBe(6);
    expect(watched.stdout.trim().split('\n').at(-1)).toContain('"result":"aborted"');
    expect(await runners(uuid)).toEqual(['alpha']);
    expect((await queryGuest(lab, name, 'verify')).memory.errors).toBe(0);
  });

  test('interrupted by Ctrl-C: waits until the guest is safe, exit 6', async () => {
    const { name, uuid } = await guest({
      host: 'alpha',
      loadMemoryMiB: 256,
      memoryRateMBps: 150,
      pattern: 'full',
    });
    const script =
      'ferry migrate "$1" --to beta --json & pid=$!; while ! ferry status | grep -q %; do :; done; kill -INT $pid; wait $pid';
    const ran = await captureInHost(lab, 'controller', ['bash', '-mc', script, 'bash', name]);
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('aborting');
    expect(await runners(uuid)).toEqual(['alpha']);
  });

  test('blocked: exit 3, the reason and the remedy shown', async () => {
    const { name, uuid } = await guest({ host: 'alpha', disk: 'local' });
    const ran = await ferry('migrate', name, '--to', 'beta', '--copy-storage', 'none');
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toMatch(/blocker: disk vda .* does not share/);
    const checked = await ferry('check', name, '--to', 'beta', '--copy-storage', 'none', '--json');
    expect(checked.exitCode).toBe(3);
    expect(JSON.parse(checked.stdout)).toMatchObject({ verdict: 'blocked', destination: 'beta' });
    expect(await runners(uuid)).toEqual(['alpha']);
  });

  test('tune shows what it set', async () => {
    const { name } = await guest({ host: 'alpha' });
    const ran = await ferry('tune', name, '--max-downtime', '500ms', '--bandwidth', '1000MiB/s', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      maxDowntimeMs: 500,
      bandwidthBytesPerS: 1000 * 1024 ** 2,
    });
    const alpha = await connectTo('alpha');
    const { dom } = await alpha.domainLookupByName({ name });
    expect(await alpha.domainMigrateGetMaxDowntime({ dom, flags: 0 })).toEqual({ downtimeMs: 500n });
  });
});

/** Waits until a move is under way and copies memory. */
async function openOperation(): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open: { id: string; progress: unknown }[] = JSON.parse((await ferry('status', '--json')).stdout);
    const [first] = open.filter(({ progress }) => progress !== null);
    if (first) return first.id;
  }
  throw new Error('no operation was opened');
}

test('completion offers commands, options, hosts and VMs', async () => {
  const { name } = await guest({ host: 'alpha' });
  const complete = async (...words: string[]) =>
    (await ferry('__complete', '--', ...words)).stdout.trim().split('\n');
  expect(await complete('mi')).toEqual(['migrate']);
  expect(await complete('migrate', name, '--to', '')).toEqual([
    'alpha',
    'beta',
    'delta',
    'epsilon',
    'gamma',
    'zeta',
  ]);
  expect(await complete('migrate', name.slice(0, 3))).toContain(name);
  expect(await complete('migrate', name, '--max-d')).toEqual(['--max-downtime']);
  expect(await complete('hosts', 'a')).toEqual(['add']);
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await ferry('completion', shell)).stdout).toContain('__complete');
});
