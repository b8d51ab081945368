import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { moveRequest } from '../testing/move-request.ts';

/** Runs a script with a small disk mounted at `directory`, which only this script sees. */
function runOnSmallDisk(directory: string, script: string): string {
  const anybody = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const mounted = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$0" --input-type=module -e "$2"';
  const words = [...anybody, '--mount', 'bash', '-c', mounted, process.execPath, directory, script];
  const { stdout, stderr, status } = spawnSync('unshare', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Opens a journal, begins a move and fills the disk; `steps` come then. */
function story(steps: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-room-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'journal.db');
  const store = JSON.stringify(new URL('./store.ts', import.meta.url).href);
  return runOnSmallDisk(
    directory,
    `
    import { appendFileSync, rmSync } from 'node:fs';
    const { openJournal } = await import(${store});
    const path = ${JSON.stringify(path)};
    const journal = openJournal(path);
    const holder = { machine: 'm', bootId: 'b', pidNamespace: 'p', pid: 1, startTicks: 2 };
    const hosts = { source: 'alpha', destination: 'beta', request: ${JSON.stringify(moveRequest())} };
    const operation = (id) => ({ id, kind: 'migrate', domain: { name: id, uuid: id }, ...hosts, startedAtMs: 1 });
    const note = { atMs: 1, kind: 'note', step: 'notice', data: { message: 'x'.repeat(2000) } };
    const say = (act) => act.then(() => console.log('done'), ({ code, message }) => console.log(code, message));
    const fill = () => {
      for (const bytes of [65536, 4096, 1]) {
        try { for (;;) appendFileSync(path + '-filler', Buffer.alloc(bytes)); } catch {}
      }
    };
    const lease = await journal.begin(operation('a'), holder, 5);
    ${steps}`,
  );
}

test('what began before the disk filled up is written to its end; nothing else begins meanwhile', () => {
  const lines = story(`
    fill();
    for (let i = 0; i < 200; i++) await journal.append(lease, [note]);
    console.log((await journal.entries('a')).length);
    fill();
    await say(journal.begin(operation('b'), holder, 5));
    rmSync(path + '-filler');
    await say(journal.begin(operation('b'), holder, 5));`);
  expect(lines).toMatch(/^200\njournal cannot write the journal .* no space left .*\ndone\n$/);
});

test('who recovers on a full disk can open the journal, and write', () => {
  const lines = story(`
    await journal.close();
    fill();
    const again = openJournal(path);
    await say(again.takeOver(lease, holder, 9, note));`);
  expect(lines).toBe('done\n');
});

test('where room is gone too, a write fails and changes nothing', () => {
  const lines = story(`
    rmSync(path + '-room');
    fill();
    await say(Promise.all(Array.from({ length: 2000 }, () => journal.append(lease, [note]))));
    const entries = (await journal.entries('a')).length;
    await say(journal.append(lease, [note]));
    console.log((await journal.entries('a')).length - entries);`);
  expect(lines).toMatch(/^journal .* the disk is full.*\njournal .* the disk is full.*\n0\n$/);
});
