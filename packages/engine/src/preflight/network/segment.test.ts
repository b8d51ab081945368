import { expect, test } from 'vitest';
import { oneSegment } from './segment.ts';

test.each([
  { here: ['10.0.0.1/24'], there: ['10.0.0.2/24'], one: true },
  { here: ['10.0.0.1/24'], there: ['10.0.1.2/24'], one: false },
  // Of two networks the wider one counts, whichever side has it.
  { here: ['10.0.0.1/16'], there: ['10.0.1.2/24'], one: true },
  { here: ['10.0.1.2/24'], there: ['10.0.0.1/16'], one: true },
  { here: ['192.0.2.1/24', '10.0.0.1/24'], there: ['10.0.0.2/24'], one: true },
  { here: ['fd00:0:0:1::1/64'], there: ['fd00:0:0:1::2/64'], one: true },
  { here: ['fd00:0:0:1::1/64'], there: ['fd00:0:0:2::2/64'], one: false },
  // One family that they share is enough.
  { here: ['10.0.0.1/24', 'fd00::1/64'], there: ['10.0.1.2/24', 'fd00::2/64'], one: true },
  { here: ['10.0.0.1/24'], there: ['fd00::2/64'], one: null },
  { here: ['10.0.0.1/24'], there: [], one: null },
  { here: ['10.0.0.1/32'], there: ['10.0.0.2/32'], one: null },
  { here: ['fe80::1/64', '169.254.0.1/16'], there: ['fe80::2/64', '169.254.0.2/16'], one: null },
  { here: ['10.0.0.1'], there: ['10.0.0.2/x'], one: null },
])('$here and $there: $one', ({ here, there, one }) => {
  expect(oneSegment(here, there)).toBe(one);
});
