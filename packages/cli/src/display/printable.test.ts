import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, printable, widthOf, wrap } from './printable.ts';
import { table } from './table.ts';

test.each([
  ['web-3', 'web-3'],
  ['\u001b[2Jgone', '\ufffd[2Jgone'],
  ['a\u009bb\u007fc\u0000', 'a\ufffdb\ufffdc\ufffd'],
  ['left \u202e right', 'left \ufffd right'],
  ['虚拟机', '虚拟机'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('an error of several lines is told in one, its indentation kept', () => {
  expect(oneLine('  ssh: no route\r\n   to host\n')).toBe('  ssh: no route to host');
});

test('no text from outside steers a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
      expect(oneLine(text)).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }),
  );
});

test('Chinese characters take two cells, and columns stand straight all the same', () => {
  expect(widthOf('虚拟机-1')).toBe(8);
  expect(
    table(
      ['NAME', 'HOST'],
      [
        ['虚拟机', 'a'],
        ['web', 'b\n'],
      ],
    ),
  ).toBe('NAME    HOST\n虚拟机  a\nweb     b');
});

test('lines break between words and lose none', () => {
  expect(wrap('one two three', 8, '  ')).toEqual(['one two', '  three']);
  expect(wrap('incomprehensibilities', 5)).toEqual(['incomprehensibilities']);
  const word = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 })
    .filter((w) => !w.includes(' '));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 8, max: 40 }), (words, columns) => {
      const lines = wrap(words.join(' '), columns);
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }),
  );
});
