import { problemTexts, stepTexts } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { problems, steps } from './share.ts';

const named = (text = '') => [...new Set(text.match(/\{\w+\}/g))].toSorted();

test('every step of a share is said in Chinese, with what the English names', () => {
  expect(Object.keys(steps).toSorted()).toEqual(Object.keys(stepTexts).toSorted());
  for (const [id, text] of Object.entries(stepTexts)) expect(named(steps[id]), id).toEqual(named(text));
});

test('so is all that can be wrong with one, or right', () => {
  expect(Object.keys(problems).toSorted()).toEqual([...Object.keys(problemTexts), 'failed'].toSorted());
  for (const [id, text] of Object.entries(problemTexts)) {
    expect(named(problems[id]?.message), id).toEqual(named(text.message));
    const remedy = 'remedy' in text ? text.remedy : undefined;
    expect(named(problems[id]?.remedy), id).toEqual(named(remedy));
    expect(problems[id]?.remedy === undefined, id).toBe(remedy === undefined);
  }
});
