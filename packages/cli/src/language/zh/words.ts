import type { Finding } from '@virt-ferry/engine';
import { fill } from '@virt-ferry/engine/fill';
import { type Explanation, explain } from '@virt-ferry/engine/known-errors';
import type { Words } from '../words.ts';
import { findings } from './findings.ts';
import { knownErrors } from './known-errors.ts';
import { titles } from './titles.ts';

/** 简体中文 */
export const chinese: Words = {
  groups: { blocker: '阻碍', warning: '警告', notice: '提示', pass: '通过' },
  remedy: '解决办法：',
  automatic: '（--fix 可自动完成）',
  repaired: { mended: '已修复', failed: '未能修复' },
  verdict({ domain, source, destination, verdict }) {
    const move = `从 ${source} 迁移到 ${destination}`;
    const verdicts = {
      ready: `${domain.name} 可以${move}`,
      warnings: `${domain.name} 可以${move}，但请先阅读警告`,
      blocked: `${domain.name} 不能${move}`,
    };
    return verdicts[verdict];
  },
  verdicts: { ready: '可以迁移', warnings: '可以迁移，有警告', blocked: '不能迁移' },
  columns: { domain: '名称', from: '源', to: '目标', verdict: '结论', first: '最严重的问题' },
  message: (finding) => {
    const text = findings[finding.id] ?? failed(finding.id);
    return text ? fill(text.message, valuesOf(finding)) : finding.message;
  },
  remedyOf: (finding) => {
    const { id, fix } = finding;
    if (fix === null) return null;
    const remedy = findings[id]?.remedy;
    return remedy ? fill(remedy, valuesOf(finding)) : fix.command;
  },
  explanation: (known) => {
    const { means, remedy } = explained(known);
    return [`含义：${means}`, `解决办法：${remedy}`];
  },
};

function failed(id: string) {
  return id.endsWith('.failed') ? findings['*.failed'] : undefined;
}

/** What is filled in; where that is itself a sentence of Ferry's, in Chinese. */
function valuesOf({ id, values, evidence }: Finding): Readonly<Record<string, string>> {
  const { title } = values;
  if (id.endsWith('.failed') && title !== undefined) return { ...values, title: titles[title] ?? title };
  const known = id === 'rehearsal.explained' ? explain(evidence) : null;
  return known ? { ...values, ...explained(known) } : values;
}

function explained({ id, means, remedy, values }: Explanation) {
  const text = knownErrors[id];
  return text ? { means: fill(text.means, values), remedy: fill(text.remedy, values) } : { means, remedy };
}
