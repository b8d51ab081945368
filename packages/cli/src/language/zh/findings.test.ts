import { catalogue } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';

const named = (text = '') => [...new Set(text.match(/\{\w+\}/g))].toSorted();

test('every finding is said in Chinese, and no other', () => {
  expect(Object.keys(findings).toSorted()).toEqual([...catalogue.keys()].toSorted());
});

test.each([...catalogue])('%s names what the English text names', (id, english) => {
  const chinese = findings[id];
  expect(named(chinese?.message)).toEqual(named(english.message));
  expect(named(chinese?.remedy)).toEqual(named(english.remedy));
  expect(chinese?.message).toMatch(/\p{Script=Han}/u);
});
