import { expect, test } from 'vitest';
import { fakeIo } from '../testing/fake-io.ts';
import { finding, outcome, progress, report } from '../testing/samples.ts';
import { moveDisplay } from './display.ts';

test('a log has a line a phase, and at most one a second of progress', async () => {
  const io = fakeIo();
  const display = await moveDisplay(io, false);
  display.event({
    type: 'started',
    operationId: 'k3m8x2pq',
    domain: 'web',
    source: 'alpha',
    destination: 'beta',
  });
  display.event({ type: 'phase', phase: 'preflight' });
  display.event({
    type: 'checked',
    report: report(finding('pass', 'fine'), finding('warning', 'tight', 'buy more')),
  });
  display.event({ type: 'phase', phase: 'perform' });
  for (let look = 0; look < 10; look++) {
    display.event({ type: 'progress', ...progress() });
    io.pass(150);
  }
  display.event({ type: 'notice', message: 'two\nlines' });
  display.event({ type: 'owner', owner: 'destination' });
  display.say('said');
  display.end(outcome());
  display.close();
  expect(io.written()).toEqual({
    stdout: '',
    stderr: `web: alpha → beta (k3m8x2pq)
preflight: checks that the move can work
preflight: 1 passed, 1 warning
warning: tight (1 of 2); buy more
perform: copies the guest while it runs
pass 2, 75 %: 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms
pass 2, 75 %: 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms
note: two lines
said
web runs on beta
  total 2.5 s · blackout 76 ms (from outside) · downtime 63 ms (QEMU) · 165 MiB sent · 6 passes
`,
  });
});

test.each([
  [outcome({ result: 'blocked', reason: 'no memory' }), ['web was not moved: no memory']],
  [outcome({ result: 'aborted', reason: 'asked for' }), ['web was not moved: asked for']],
  [outcome({ result: 'rolled-back', reason: 'torn wire' }), ['web was not moved: torn wire']],
  [
    outcome({ result: 'uncertain', reason: 'beta is silent' }),
    [
      'web: where it runs is not certain: beta is silent',
      '  look at both hosts, alpha and beta, then: ferry recover k3m8x2pq',
    ],
  ],
  [
    outcome({ blackoutMs: null, downtimeMs: null, bytesTransferred: null, iterations: null, reason: 'odd' }),
    ['web runs on beta', '  total 2.5 s', '  but: odd'],
  ],
])('the end: $result, $reason', async (end, lines) => {
  const io = fakeIo();
  (await moveDisplay(io, false)).end(end);
  expect(io.written().stderr.trimEnd().split('\n')).toEqual(lines);
});

test('the JSON has one event a line, the outcome last', async () => {
  const io = fakeIo();
  const display = await moveDisplay(io, true);
  display.event({ type: 'phase', phase: 'begin' });
  display.say('aborting');
  display.end(outcome());
  const { stdout, stderr } = io.written();
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { type: 'phase', phase: 'begin' },
    { type: 'outcome', ...outcome() },
  ]);
  expect(stderr).toBe('aborting\n');
});
