import { decide } from '../decide.ts';
import { explore } from './explore.ts';

const base = {
  method: 'pre-copy',
  wasPaused: false,
  persistent: true,
  sourceDefinition: 'remove',
  definedThere: false,
  copyStorage: false,
  faults: Number(process.argv[2] ?? 1),
} as const;
const settings = [
  { drive: 'direct', commit: 'strict' },
  { drive: 'direct', commit: 'finish' },
  { drive: 'p2p', commit: 'strict' },
  { drive: 'p2p', commit: 'finish' },
  { drive: 'direct', commit: 'finish', method: 'post-copy' },
  { drive: 'p2p', commit: 'finish', method: 'post-copy' },
  { drive: 'direct', commit: 'strict', copyStorage: true, definedThere: true },
  { drive: 'direct', commit: 'strict', wasPaused: true },
  { drive: 'p2p', commit: 'strict', persistent: false, wasPaused: true },
] as const;
const only = process.argv[3];
for (const [i, s] of settings.entries()) {
  if (only !== undefined && i !== Number(only)) continue;
  const t = Date.now();
  const r = explore({ ...base, ...s }, decide);
  console.log('=====', i, JSON.stringify(s), r.states, Date.now() - t, 'ms');
  for (const p of r.problems) console.log('PROBLEM', p.by, p.what, '\n    ', p.path.join(' ; '));
  for (const [h, n] of r.holds) console.log('   hold', n, h);
}
