import type { ShareReport } from '@virt-ferry/engine';
import type { ShareWords } from './words.ts';

const nameOf = ({ server, path }: Pick<ShareReport, 'server' | 'path'>) => `${path} of ${server}`;
const again = ({ server, path }: ShareReport) => `ferry share remove --server ${server} --path ${path}`;

/** English: what the engine itself says. */
export const english: ShareWords = {
  states: {
    so: 'is so',
    'to-do': 'to do',
    done: 'done',
    failed: 'failed',
    undone: 'undone',
    kept: 'kept',
  },
  remedy: 'remedy:',
  step: ({ message }) => message,
  message: ({ message }) => message,
  remedyOf: ({ remedy }) => remedy,
  created: (report) => {
    const results = {
      done: `${nameOf(report)} is shared; look at it with: ferry share status`,
      nothing: `${nameOf(report)} is shared already: nothing was changed`,
      planned: 'nothing was touched (--dry-run)',
      blocked: `${nameOf(report)} was not shared: nothing was touched`,
      'taken-back': `${nameOf(report)} was not shared: what was done is undone`,
      left: `${nameOf(report)} is half shared, and not all could be undone; try again: ${again(report)}`,
    };
    return results[report.result];
  },
  removed: (report) => {
    const results = {
      done: `${nameOf(report)} is not shared any more`,
      nothing: 'nothing was changed',
      planned: 'nothing was touched (--dry-run); this is what would be undone',
      blocked: `${nameOf(report)} is in use: nothing was touched`,
      'taken-back': 'nothing was changed',
      left: `${nameOf(report)}: not all could be undone; mend that, then: ${again(report)}`,
    };
    return results[report.result];
  },
  adopted: (report, domain) => {
    const results = {
      done: `${domain} has its disks on ${nameOf(report)}; the old images are left`,
      nothing: `${domain} has its disks there already: nothing was changed`,
      planned: 'nothing was touched (--dry-run)',
      blocked: `${domain} keeps its disks: nothing was touched`,
      'taken-back': `${domain} keeps its disks: what was copied is removed`,
      left: `${domain} keeps its disks, but not all that was copied could be removed; try again: ferry share adopt ${domain}`,
    };
    return results[report.result];
  },
  status: ({ server, path, verdict }) => {
    const verdicts = { good: 'is well', warnings: 'works, but read the warnings', bad: 'is not well' };
    return `the share ${path} of ${server} ${verdicts[verdict]}`;
  },
};
