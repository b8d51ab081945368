import { EngineError } from '@virt-ferry/engine/errors';
import { LibvirtError } from '@virt-ferry/libvirt/errors';
import { expect, test } from 'vitest';
import { exitCodeOf, exitCodeOfResult, UsageError } from './errors.ts';

test.each([
  ['bad usage', new UsageError('x'), 2],
  ['a bad URI', new LibvirtError('uri', 'x'), 2],
  ['no connection', new LibvirtError('connect', 'x'), 3],
  ['a refused certificate', new LibvirtError('tls', 'x'), 3],
  ['a refused key', new LibvirtError('auth', 'x'), 3],
  ['a host that breaks off', new LibvirtError('disconnected', 'x'), 3],
  ['a host that is silent', new LibvirtError('timeout', 'x'), 3],
  ['a host that babbles', new LibvirtError('protocol', 'x'), 3],
  ['a refusal by libvirt', new LibvirtError('remote', 'x'), 3],
  ['an unknown domain', new EngineError('no-domain', 'x'), 2],
  ['a domain on several hosts', new EngineError('ambiguous-domain', 'x'), 2],
  ['a host that is another machine', new EngineError('identity', 'x'), 2],
  ['a choice that would end the guest', new EngineError('choice', 'x'), 2],
  ['a domain that is being moved', new EngineError('busy', 'x'), 3],
  ['no journal', new EngineError('journal', 'x'), 3],
  ['unusable XML', new EngineError('xml', 'x'), 3],
  ['a bug', new TypeError('x'), 1],
  ['what is no error', 'x', 1],
])('%s', (_name, error, exitCode) => {
  expect(exitCodeOf(error)).toBe(exitCode);
});

test.each([
  ['migrated', 0],
  ['blocked', 3],
  ['rolled-back', 4],
  ['uncertain', 5],
  ['aborted', 6],
] as const)('a move that ended %s exits with %i', (result, exitCode) => {
  expect(exitCodeOfResult(result)).toBe(exitCode);
});
