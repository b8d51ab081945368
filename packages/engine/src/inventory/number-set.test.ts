import { expect, test } from 'vitest';
import { parseNumberSet } from './number-set.ts';

test.each([
  { text: '0', numbers: [0] },
  { text: '0-3,^2', numbers: [0, 1, 3] },
  { text: '1, 4-5', numbers: [1, 4, 5] },
  { text: '', numbers: [] },
])('"$text"', ({ text, numbers }) => {
  expect([...parseNumberSet(text)]).toEqual(numbers);
});
