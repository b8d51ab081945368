import { expect } from 'vitest';
import { expectDone, script } from './stage.ts';

/** What a share could change on a machine: a list of lines for each kind of thing. */
export type Listing = Readonly<Record<string, readonly string[]>>;

/** Each by a program that prints it, the same lines for the same things. */
const asked: Readonly<Record<string, string>> = {
  etc: `cd /etc && { find . -type f -exec sha256sum {} + ; find . -printf '%y %m %U:%G %p %l\\n'; } | sort`,
  top: `find / -maxdepth 1 -printf '%y %m %U:%G %p\\n' | sort`,
  firewall: 'nft list ruleset',
  exports: 'cat /var/lib/nfs/etab 2>/dev/null; true',
  mounts: `awk '{ for (i = 7; i <= NF; i++) if ($i == "-") print $5, $6, $(i + 1), $(i + 2) }' /proc/self/mountinfo | sort`,
  listening: `ss -H -l -n -t -u | awk '{ print $1, $5 }' | sort -u`,
  enabled: 'systemctl list-unit-files --state=enabled,linked --plain --no-legend | sort',
  active: `systemctl list-units --state=active --plain --no-legend | awk '{ print $1 }' | sort`,
};

/** What starts and ends by itself: with a guest, with whoever asks, or by the clock. */
const BY_THEMSELVES =
  /^(libvirtd|virtlogd|virtlockd|systemd-machined|systemd-tmpfiles-clean|systemd-hostnamed|systemd-timedated|logrotate|man-db)\.service$|^(init|session-.*)\.scope$|^machine.*\.(slice|scope)$|^.*\.device$/;

export async function listingOf(host: string): Promise<Listing> {
  const listed = await Promise.all(
    Object.entries(asked).map(async ([kind, program]) => {
      const { stdout } = expectDone(await script(host, program));
      const lines = stdout.split('\n').filter((line) => line !== '' && !BY_THEMSELVES.test(line));
      return [kind, lines] as const;
    }),
  );
  return Object.fromEntries(listed);
}

/** Accounts and libraries: what installing any package may change. */
const ACCOUNTS = /\.\/(passwd|group|shadow|gshadow)-?( |$)|\.\/ld\.so\.cache( |$)/;
/** Where a share has files of its own, and where units are turned on. */
const OF_SHARES = /ferry|exports\.d|\.(wants|requires|upholds)\/|fstab|libvirt/;

/**
 * All is as before, but for what installing packages brought: files of theirs in /etc, accounts, units that are turned
 * off. Nothing that was there is gone or other than it was.
 */
export function expectOnlyPackages(after: Listing, before: Listing): void {
  const { etc: etcAfter = [], ...others } = after;
  const { etc: etcBefore = [], ...othersBefore } = before;
  expect(others).toEqual(othersBefore);
  const lost = etcBefore.filter((line) => !etcAfter.includes(line) && !ACCOUNTS.test(line));
  expect(lost).toEqual([]);
  const added = etcAfter.filter((line) => !etcBefore.includes(line));
  expect(added.filter((line) => OF_SHARES.test(line))).toEqual([]);
}
