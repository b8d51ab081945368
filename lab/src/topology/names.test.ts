import { expect, test } from 'vitest';
import { LabError } from '../errors.ts';
import { addresses, checkLabName, GUESTS_MAX, macs, namespaceOf, uuidFor } from './names.ts';

test.each(['', 'UPPER', '-x', 'a/b', '../x', 'x'.repeat(31), 'a b', 'a\0b'])(
  'the lab name %j is refused',
  (name) => {
    expect(() => checkLabName(name)).toThrow(LabError);
  },
);

test('names and addresses are this lab’s own, and different from each other', () => {
  expect(namespaceOf('mine', 'alpha')).toBe('ferry-mine-alpha');
  const guests = Array.from({ length: GUESTS_MAX }, (_, i) => i + 1);
  for (const of of [addresses.guest, macs.guest, (i: number) => uuidFor('guest', i)]) {
    expect(new Set(guests.map(of)).size).toBe(GUESTS_MAX);
  }
  expect(guests.map(addresses.guest)).not.toContain(addresses.controller.guestNetwork);
  expect(uuidFor('host', 1)).not.toBe(uuidFor('guest', 1));
});

test('MAC addresses are well formed, and a bridge’s is higher than no tap’s', () => {
  for (const mac of [macs.bridge(3), macs.guest(150)]) expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  // libvirt gives a tap the guest's MAC with fe in front.
  const cards = (['management', 'guests'] as const).flatMap((network) => [
    macs.card(3, network),
    macs.lead(3, network),
  ]);
  expect(new Set([...cards, macs.bridge(3)]).size).toBe(5);
  for (const mac of cards) expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  expect(macs.bridge(1) < macs.guest(1).replace(/^52/, 'fe')).toBe(true);
});
