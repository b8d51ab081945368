import type { HostRef } from '@virt-ferry/engine';
import { parseUri } from '@virt-ferry/libvirt';
import { z } from 'zod';

export const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
export const NAME_RULE =
  'a host name has letters, digits, dots, - and _, and begins with a letter or a digit';

const uri = z.string().superRefine((text, context) => {
  try {
    parseUri(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

const host = z.union(
  [
    uri.transform((text) => ({ uri: text, migrationAddress: undefined })),
    z.strictObject({ uri, migrationAddress: z.string().min(1).optional() }),
  ],
  { error: 'expected a libvirt URI, or a mapping with uri and perhaps migrationAddress' },
);

const file = z.strictObject({ hosts: z.record(z.string().regex(HOST_NAME, NAME_RULE), host).nullish() });

/** What is wrong with a hosts file, and where in it. */
export interface HostsIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Reads the value of a hosts file. */
export function parseHosts(value: unknown): HostRef[] | HostsIssue {
  const result = file.safeParse(value);
  if (result.success)
    return Object.entries(result.data.hosts ?? {}).map(([name, { uri, migrationAddress }]) =>
      migrationAddress === undefined ? { name, uri } : { name, uri, migrationAddress },
    );
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'invalid_key') return { path, message: NAME_RULE };
  if (issue?.code === 'unrecognized_keys' && path.length === 0)
    return { path: issue.keys.slice(0, 1), message: 'expected hosts: and nothing else' };
  return { path, message: innerMessage(issue) };
}

/** A union says only that nothing fitted; where one of its parts fitted but for the URI, that knows why. */
function innerMessage(issue: z.core.$ZodIssue | undefined): string {
  const inner =
    issue?.code === 'invalid_union' ? issue.errors.flat().find(({ code }) => code === 'custom') : undefined;
  return inner?.message ?? issue?.message ?? 'unusable';
}
