import type { Words } from './words.ts';

/** English: what the engine itself says. */
export const english: Words = {
  groups: { blocker: 'Blockers', warning: 'Warnings', notice: 'To note', pass: 'Passed' },
  remedy: 'remedy:',
  automatic: '(--fix does it)',
  repaired: { mended: 'Mended', failed: 'Could not be mended' },
  verdict({ domain, source, destination, verdict }) {
    const move = `move from ${source} to ${destination}`;
    const verdicts = {
      ready: `${domain.name} can ${move}`,
      warnings: `${domain.name} can ${move}, but read the warnings`,
      blocked: `${domain.name} cannot ${move}`,
    };
    return verdicts[verdict];
  },
  verdicts: { ready: 'can move', warnings: 'can move, with warnings', blocked: 'cannot move' },
  columns: { domain: 'NAME', from: 'FROM', to: 'TO', verdict: 'VERDICT', first: 'GRAVEST' },
  message: ({ message }) => message,
  remedyOf: ({ fix }) => fix?.command ?? null,
  explanation: ({ means, remedy }) => [`that is: ${means}`, `to do: ${remedy}`],
};
