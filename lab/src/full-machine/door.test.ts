import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { throughDoor } from './door.ts';

test.each([
  [['echo', 'a b', "it's", '$HOME', '']],
  [['sh', '-c', 'echo "$1"', 'sh', '; exit 3']],
  [['echo', '-n', '*', 'two\nlines']],
])('%j means the same to the shell at the other end', (command) => {
  const [program, terminal, dashes, host, line = ''] = throughDoor('/lab/ssh', 'alpha', command, false);
  expect([program, terminal, dashes, host]).toEqual(['/lab/ssh', '-T', '--', 'alpha']);
  const [file = '', ...args] = command;
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(
    execFileSync(file, args, { encoding: 'utf8' }),
  );
});

test('a terminal is asked for where there is one', () => {
  expect(throughDoor('/lab/ssh', 'alpha', ['bash'], true)).toContain('-t');
});
