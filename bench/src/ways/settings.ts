/** Ferry as it comes. */
export const FERRY = 'ferry';

/** What is added to `ferry migrate`, by name: besides nothing, what a user may allow. */
export const ferrySettings: Readonly<Record<string, readonly string[]>> = {
  [FERRY]: [],
  'ferry, post-copy allowed': ['--allow-post-copy'],
  'ferry, a pause of 2 s allowed': ['--max-downtime', '2s'],
};

export const isFerry = (setting: string) => Object.hasOwn(ferrySettings, setting);

/** After so long the guest is stopped, or post-copy begins: else some moves would never end. */
const END_S = '60';
const suspended = ['--timeout', END_S, '--timeout-suspend'];
const throttled = (initial: string) => ['--auto-converge', '--auto-converge-initial', initial];

/** What is added to `virsh migrate --live`, by name. */
export const virshSettings: Readonly<Record<string, readonly string[]>> = {
  'suspended after 20 s': ['--timeout', '20', '--timeout-suspend'],
  'auto-converge': ['--auto-converge', ...suspended],
  'auto-converge from 50': [...throttled('50'), ...suspended],
  'auto-converge from 90': [...throttled('90'), ...suspended],
  parallel: ['--parallel', '--parallel-connections', '2', '--auto-converge', ...suspended],
  'xbzrle, 64 MiB': ['--comp-methods', 'xbzrle', '--comp-xbzrle-cache', String(2 ** 26), ...suspended],
  'xbzrle, 512 MiB': ['--comp-methods', 'xbzrle', '--comp-xbzrle-cache', String(2 ** 29), ...suspended],
  'post-copy after a pass': ['--postcopy', '--postcopy-after-precopy', ...suspended],
  'post-copy after 1 s': ['--postcopy', '--timeout', '1', '--timeout-postcopy'],
};

/** Settings under which the guest may start before all of it is there. */
export const isPostCopy = (setting: string) => setting.includes('post-copy');
