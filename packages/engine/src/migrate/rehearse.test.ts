import { expect, test } from 'vitest';
import type { Outcome } from '../model.ts';
import { findingOf } from './rehearse.ts';

const ended: Outcome = {
  operationId: 'k3m8x2pq',
  result: 'aborted',
  reason: 'aborted: the rehearsal is over; the source runs the guest',
  domain: { name: 'web', uuid: 'u' },
  source: 'alpha',
  destination: 'beta',
  method: 'pre-copy',
  totalMs: 900,
  downtimeMs: null,
  blackoutMs: null,
  bytesTransferred: null,
  iterations: null,
};

test.each([
  { change: {}, id: 'passed', severity: 'pass', message: /^beta's own QEMU took the configuration of web/ },
  {
    change: { reason: 'aborted: asked for by the user; nothing was begun' },
    id: 'stopped',
    severity: 'notice',
    message: /stopped before it showed anything/,
  },
  {
    change: { result: 'rolled-back', reason: 'the moon is full; the source runs the guest' },
    id: 'refused',
    severity: 'blocker',
    message: /^the rehearsal failed: the moon is full$/,
  },
  {
    change: { result: 'rolled-back', reason: "network 'lan' is not active; the source runs the guest" },
    id: 'explained',
    severity: 'blocker',
    message: /the libvirt network lan is not started/,
  },
  {
    change: { result: 'uncertain', reason: 'beta cannot be reached' },
    id: 'left-open',
    severity: 'blocker',
    message: /left something behind on alpha or beta/,
  },
] as const)('$id', ({ change, id, severity, message }) => {
  const finding = findingOf({ ...ended, ...change });
  expect(finding).toMatchObject({ id: `rehearsal.${id}`, severity });
  expect(finding.message).toMatch(message);
});
