import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { MoveEvent, Recovery, Survey } from '@virt-ferry/engine';
import { EngineError } from '@virt-ferry/engine/errors';
import { describe, expect, test } from 'vitest';
import { journalPath } from '../config/paths.ts';
import type { Engine } from '../engine.ts';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
import { ID, journaled } from '../testing/journaled.ts';
import { outcome } from '../testing/samples.ts';

const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };
const started: MoveEvent = {
  type: 'started',
  operationId: ID,
  domain: 'web',
  source: 'alpha',
  destination: 'beta',
};
const step: MoveEvent = { type: 'step', step: 'release-source', reason: 'the guest runs on beta' };

type Asked = Parameters<Engine['recover']>;

/** A recovery that tells what it is given and ends as it is told, and what it was asked for. */
function fakeRecovery(
  ending: (signal: AbortSignal, id: string) => Partial<Recovery>,
  told: readonly (MoveEvent | (() => void))[] = [started, step],
) {
  const asked: { readonly id: string; readonly options: Asked[1] }[] = [];
  const recover: Engine['recover'] = async function* (id, options, _env, signal) {
    asked.push({ id, options });
    for (const one of told) {
      if (typeof one === 'function') one();
      else yield one;
    }
    return { outcome: outcome(), open: false, look: null, ...ending(signal, id) };
  };
  return { recover, asked };
}

const held: Partial<Recovery> = {
  outcome: outcome({ result: 'uncertain', reason: 'beta may run it' }),
  open: true,
  look: 'beta: does the guest run?',
};

const survey: Survey = {
  source: { name: 'alpha', sighting: { seen: 'absent' }, says: 'does not know the domain' },
  destination: {
    name: 'beta',
    sighting: { seen: 'unreachable', why: 'refused' },
    says: 'cannot be reached: refused',
  },
  step: { name: 'hold', reason: 'beta may run it', look: 'beta: is it up?', mayPass: true },
};

const lines = (text: string) => text.trimEnd().split('\n');

/** A move that was left open; `hosts:` in the hosts file. */
async function leftOpen(engine: Partial<Engine>): Promise<FakeIo> {
  const io = fakeIo(engine);
  writeFileSync(String(io.env.FERRY_HOSTS), 'hosts:\n  alpha: qemu+tcp://a/system\n');
  await journaled(io, { state: 'left-open' });
  return io;
}

describe('without an ID', () => {
  test('nothing is open', async () => {
    expect(await ferry(fakeIo(), 'recover')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'nothing was left open\n',
    });
  });

  test('what nobody runs is recovered, oldest first; what somebody runs is named and skipped', async () => {
    const { recover, asked } = fakeRecovery(() => ({}));
    const io = await leftOpen({ recover });
    const others = [
      { id: 'run22222', state: 'running', name: 'db' },
      { id: 'old33333', state: 'left-open', name: 'mail' },
    ] as const;
    for (const { id, state, name } of others) {
      io.pass(1000);
      await journaled(io, { id, state, domain: { name, uuid: `uuid-of-${name}` } });
    }
    const { exitCode, stderr } = await ferry(io, 'recover');
    expect(exitCode).toBe(0);
    expect(asked).toEqual(
      [ID, 'old33333'].map((id) => ({ id, options: { patienceMs: 30_000, choice: null, hosts: [alpha] } })),
    );
    expect(lines(stderr)).toEqual([
      `web: alpha → beta (${ID})`,
      'release-source: the guest runs on beta',
      'web runs on beta',
      '  total 2.5 s · blackout 76 ms (from outside) · downtime 63 ms (QEMU) · 165 MiB sent · 6 passes',
      'skipped: operation run22222, db from alpha to beta, is being run by process 4711 on ops-1; follow it with: ferry watch run22222',
      ...lines(stderr).slice(0, 4),
    ]);
  });

  test('what fails with one keeps no other from its end, and stays open', async () => {
    const { recover, asked } = fakeRecovery((_signal, id) => {
      if (id === ID) throw new EngineError('identity', 'beta is another machine');
      return { outcome: outcome({ result: 'rolled-back', reason: 'safe' }) };
    });
    const io = await leftOpen({ recover });
    io.pass(1000);
    await journaled(io, { id: 'b', state: 'left-open', domain: { name: 'db', uuid: 'u' } });
    const { exitCode, stderr } = await ferry(io, 'recover');
    expect(exitCode).toBe(5);
    expect(asked).toHaveLength(2);
    expect(stderr).toContain(`ferry: operation ${ID}: beta is another machine\n`);
    expect(stderr).toContain('web was not moved: safe\n');
  });

  test('--json: one event a line, each outcome after its events', async () => {
    const io = await leftOpen(fakeRecovery(() => held));
    await journaled(io, { id: 'run22222', domain: { name: 'db', uuid: 'u' } });
    const { exitCode, stdout, stderr } = await ferry(io, 'recover', '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: '' });
    expect(lines(stdout).map((line): unknown => JSON.parse(line))).toEqual(
      expect.arrayContaining([
        started,
        step,
        { type: 'outcome', ...held.outcome, open: true, look: held.look },
        expect.objectContaining({ type: 'skipped', operationId: 'run22222' }),
      ]),
    );
  });
});

describe('the end', () => {
  test.each<[string, Partial<Recovery>, number]>([
    ['migrated', {}, 0],
    ['rolled back', { outcome: outcome({ result: 'rolled-back', reason: 'safe' }) }, 4],
    ['aborted', { outcome: outcome({ result: 'aborted', reason: 'asked for' }) }, 6],
    ['uncertain', held, 5],
    ['migrated, with something left to do', { open: true }, 5],
  ])('%s', async (_what, ending, exitCode) => {
    const io = await leftOpen(fakeRecovery(() => ending));
    expect((await ferry(io, 'recover', ID)).exitCode).toBe(exitCode);
    const all = await leftOpen(fakeRecovery(() => ending));
    expect((await ferry(all, 'recover')).exitCode).toBe(exitCode);
  });

  test('what cannot be decided comes with what to look at and the commands that decide it', async () => {
    const io = await leftOpen(fakeRecovery(() => held));
    const { stderr } = await ferry(io, 'recover', ID, '--wait', '5m');
    expect(lines(stderr).slice(2)).toEqual([
      'web: where it runs is not certain: beta may run it',
      '  look at beta: does the guest run?',
      `  still open; look again with: ferry recover ${ID}`,
      '  or decide yourself, once you know:',
      `    ferry recover ${ID} --choose source`,
      '        alpha keeps web: a copy on beta is destroyed first, and with it what the guest did there; then alpha resumes its own',
      `    ferry recover ${ID} --choose destination`,
      '        beta keeps web: the copy on alpha is stopped and ended, and with it what the guest did there; then beta resumes its own if it stands still',
      `    ferry recover ${ID} --choose accept`,
      '        nothing is touched on either host: the operation is closed as it stands, and Ferry looks after it no more',
    ]);
  });

  test('something left to do on a host that is away', async () => {
    const io = await leftOpen(
      fakeRecovery(() => ({ outcome: outcome({ reason: 'still to do: beta’s copy' }), open: true })),
    );
    const { stderr } = await ferry(io, 'recover', ID);
    expect(lines(stderr).slice(-2)).toEqual([
      '  but: still to do: beta’s copy',
      `  still open; once that can be done: ferry recover ${ID}`,
    ]);
  });
});

describe('Ctrl-C', () => {
  test('leaves it as it is, says so, and goes on to no other', async () => {
    const interrupting: (MoveEvent | (() => void))[] = [started, () => io.interrupt()];
    const recovery = fakeRecovery(
      (signal) =>
        signal.aborted
          ? {
              ...held,
              look: null,
              outcome: outcome({ result: 'uncertain', reason: 'alpha drives the move' }),
            }
          : {},
      interrupting,
    );
    const io: FakeIo = await leftOpen(recovery);
    io.pass(1000);
    await journaled(io, { id: 'b', state: 'left-open', domain: { name: 'db', uuid: 'u' } });
    const { exitCode, stderr } = await ferry(io, 'recover');
    expect({ exitCode, asked: recovery.asked.length, left: io.left }).toEqual({
      exitCode: 5,
      asked: 1,
      left: [],
    });
    expect(lines(stderr).slice(1)).toEqual([
      expect.stringContaining(
        `to abort a move that still goes on: ferry abort ${ID}, then ferry recover ${ID}`,
      ),
      'web: left as it is: alpha drives the move',
      `  still open; go on with: ferry recover ${ID}`,
    ]);
  });

  test('a second one leaves at once', async () => {
    const twice: (MoveEvent | (() => void))[] = [started, () => io.interrupt(), () => io.interrupt()];
    const io: FakeIo = await leftOpen(fakeRecovery(() => held, twice));
    await ferry(io, 'recover', ID);
    expect(io.left).toEqual([5]);
    expect(io.written().stderr).toContain(`left as it is; go on with: ferry recover ${ID}`);
  });
});

describe('--dry-run', () => {
  test('says what each host says, and what would be done', async () => {
    const choices: unknown[] = [];
    const io = await leftOpen({
      survey: async (_id, options) => {
        choices.push(options);
        return survey;
      },
    });
    const { exitCode, stdout } = await ferry(io, 'recover', '--dry-run');
    expect(exitCode).toBe(5);
    expect(choices).toEqual([{ hosts: [alpha], choice: null }]);
    expect(lines(stdout).slice(0, 6)).toEqual([
      `web: alpha → beta (${ID})`,
      '  alpha  does not know the domain',
      '  beta   cannot be reached: refused',
      '  next   hold until it is seen: beta may run it',
      '         look at beta: is it up?',
      `    ferry recover ${ID} --choose source`,
    ]);
  });

  test('--json is one survey a line; a choice is tried out', async () => {
    const done: Survey = {
      ...survey,
      step: { name: 'done', result: 'rolled-back', reason: 'so chosen', debts: [] },
    };
    const io = await leftOpen({
      survey: async (_id, { choice }) => ({ ...done, step: { ...done.step, reason: `${choice}` } }),
    });
    const ran = await ferry(io, 'recover', ID, '--dry-run', '--choose', 'accept', '--json');
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      type: 'survey',
      operationId: ID,
      domain: { name: 'web' },
      step: { name: 'done', reason: 'accept' },
    });
  });
});

describe('--choose', () => {
  function onTerminal(io: FakeIo, keys: string): FakeIo {
    const input = Object.assign(new Readable({ read: () => undefined }), {
      isTTY: true,
      setRawMode: () => undefined,
    });
    const err = Object.assign(io.err, { isTTY: true, columns: 80 });
    const write = err.write.bind(err);
    err.write = (chunk: unknown) => {
      if (String(chunk).includes('Do that?')) setImmediate(() => input.push(keys));
      return write(chunk);
    };
    return { ...io, input, err };
  }

  test.each([
    { keys: 'n', exitCode: 5, times: 0, says: `web: nothing was touched; operation ${ID} is still open` },
    { keys: 'y', exitCode: 0, times: 1, says: 'web runs on beta' },
  ])('on a terminal it says what it does and asks: $keys', async ({ keys, exitCode, times, says }) => {
    const { recover, asked } = fakeRecovery(() => ({}));
    const io = onTerminal(await leftOpen({ recover, survey: async () => survey }), keys);
    const ran = await ferry(io, 'recover', ID, '--choose', 'destination');
    expect({ exitCode: ran.exitCode, times: asked.length }).toEqual({ exitCode, times });
    expect(ran.stderr).toContain('beta keeps web: the copy on alpha is stopped and ended');
    expect(ran.stderr).toContain(says);
    if (times > 0) expect(asked[0]?.options.choice).toBe('destination');
  });

  test('--yes: nobody is asked', async () => {
    const { recover, asked } = fakeRecovery(() => ({}));
    const io = onTerminal(await leftOpen({ recover }), 'n');
    expect((await ferry(io, 'recover', ID, '--choose', 'source', '--yes')).exitCode).toBe(0);
    expect(asked[0]?.options.choice).toBe('source');
  });
});

describe('bad usage', () => {
  test.each([
    { words: ['--choose', 'source'], says: '--choose is for one operation: ferry recover ID --choose' },
    { words: [ID, '--choose', 'both'], says: 'Allowed choices are source, destination, accept' },
    { words: [ID, '--wait', 'long'], says: 'bad time long for --wait' },
    { words: [ID, 'other'], says: 'too many arguments' },
    { words: [ID, '--nonsense'], says: "unknown option '--nonsense'" },
  ])('$words', async ({ words, says }) => {
    const io = await leftOpen(fakeRecovery(() => ({})));
    const { exitCode, stdout, stderr } = await ferry(io, 'recover', ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(lines(stderr)).toHaveLength(1);
  });

  test.each([
    { error: new EngineError('no-operation', 'no operation nope'), exitCode: 2 },
    { error: new EngineError('identity', 'beta is another machine; correct the hosts file'), exitCode: 2 },
    { error: new EngineError('busy', 'is being run by process 1 on m'), exitCode: 3 },
    { error: new EngineError('journal', 'written by a newer Ferry'), exitCode: 3 },
  ])('$error.message', async ({ error, exitCode }) => {
    const io = await leftOpen(
      fakeRecovery(() => {
        throw error;
      }, []),
    );
    expect(await ferry(io, 'recover', ID)).toEqual({
      exitCode,
      stdout: '',
      stderr: `ferry: ${error.message}\n`,
    });
  });

  test.each(['recover', 'status', 'history', 'show x', 'abort x', 'watch x', `recover ${ID} --dry-run`])(
    'a journal that is none: ferry %s says so in one line',
    async (command) => {
      const io = fakeIo();
      mkdirSync(dirname(journalPath(io.env)), { recursive: true });
      writeFileSync(journalPath(io.env), 'nonsense '.repeat(1000));
      const { exitCode, stdout, stderr } = await ferry(io, ...command.split(' '));
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toMatch(/^ferry: cannot open the journal [^\n]*: it is no SQLite database[^\n]*\n$/);
    },
  );

  test('a broken hosts file stops it before anything is touched', async () => {
    const io = await leftOpen({});
    writeFileSync(String(io.env.FERRY_HOSTS), 'hosts: [');
    expect((await ferry(io, 'recover')).exitCode).toBe(2);
  });
});
