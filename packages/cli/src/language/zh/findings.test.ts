import { catalogue, type Finding, titles } from '@virt-ferry/engine';
import { knownErrors } from '@virt-ferry/engine/known-errors';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { knownErrors as inChinese } from './known-errors.ts';
import { titles as titlesInChinese } from './titles.ts';
import { chinese } from './words.ts';

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

test('every check has its title in Chinese, and no other', () => {
  expect(Object.keys(titlesInChinese).toSorted()).toEqual([...new Set(titles)].toSorted());
});

test('every known error is explained in Chinese, and no other', () => {
  expect(Object.keys(inChinese).toSorted()).toEqual(knownErrors.map(({ id }) => id).toSorted());
});

test.each(knownErrors)('$id names what the English text names', ({ id, means, remedy }) => {
  const text = inChinese[id];
  expect(named(text?.means)).toEqual(named(means));
  expect(named(text?.remedy)).toEqual(named(remedy));
  expect(text?.means).toMatch(/\p{Script=Han}/u);
});

const finding = (part: Partial<Finding>): Finding => ({
  ...{ id: '', subject: '', severity: 'warning', message: '', values: {}, evidence: '', fix: null },
  ...part,
});

test('a check that failed is named in Chinese', () => {
  const title = 'the destination has the memory';
  expect(chinese.message(finding({ id: 'memory.failed', values: { title } }))).toBe(
    '未能完成检查：目标主机有足够的内存',
  );
});

test('a rehearsal that failed is explained in Chinese', () => {
  const failed = finding({
    id: 'rehearsal.explained',
    values: { means: 'the destination has no bridge br7', remedy: 'make it' },
    evidence: "Cannot get interface MTU on 'br7': No such device; the domain is safe on alpha",
    fix: { command: 'make it', automatic: false },
  });
  expect(chinese.message(failed)).toBe('演练失败：目标主机没有网桥 br7');
  expect(chinese.remedyOf(failed)).toContain('在那里创建网桥 br7');
});
