import type { MoveEvent } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { finding, progress, report } from '../testing/samples.ts';
import { colorsFor } from './colors.ts';
import { emptyView, moveBlock, withEvent, withRemark } from './move-block.ts';
import { widthOf } from './printable.ts';

const plain = colorsFor(process.stderr, { NO_COLOR: '1' });
const events: MoveEvent[] = [
  { type: 'started', operationId: 'k3m8x2pq', domain: 'web', source: 'alpha', destination: 'beta' },
  { type: 'phase', phase: 'preflight' },
  { type: 'checked', report: report(finding('pass', 'fine'), finding('warning', 'beta is short of memory')) },
  { type: 'phase', phase: 'perform' },
  { type: 'notice', message: 'the downtime limit was raised' },
  { type: 'owner', owner: 'source' },
  { type: 'progress', ...progress({ throttlePercent: 20 }) },
];
const view = withRemark(events.reduce(withEvent, emptyView), 'aborting');

test('what one sees of a move', () => {
  expect(moveBlock(view, 12_400, 100, plain)).toEqual([
    'web: alpha → beta (k3m8x2pq)  12 s',
    '✔ preflight: 1 passed, 1 warning',
    '! warning: beta is short of memory (1 of 2)',
    'i the downtime limit was raised',
    'i aborting',
    '◆ copies the guest while it runs',
    `  ${'█'.repeat(30)}${'░'.repeat(10)}  75 %  pass 2`,
    '  300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms',
    '  guest throttled 20 %',
  ]);
});

test('no line is wider than the terminal, however narrow', () => {
  for (let columns = 26; columns <= 120; columns++) {
    for (const line of moveBlock(view, 12_400, columns, plain)) {
      expect(widthOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
    }
  }
});

test('the bar is there only while memory is copied', () => {
  const finishing = withEvent(view, { type: 'phase', phase: 'finish' });
  expect(moveBlock(finishing, 0, 80, plain).join('\n')).not.toContain('█');
});
