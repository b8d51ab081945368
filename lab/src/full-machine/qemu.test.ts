import { expect, test } from 'vitest';
import { qemuArguments } from './qemu.ts';

const parts = {
  name: 'alpha',
  number: 1,
  wanted: { memory: '1GiB', disk: '6GiB', cpus: 2 },
  accelerator: 'qemu',
  base: '/cache/machine',
  hostDirectory: '/state/lab,1/hosts/alpha',
} as const;

/** What follows each occurrence of an option. */
function valuesOf(option: string, args: readonly string[]): string[] {
  return args.filter((_, index) => args[index - 1] === option);
}

test('a machine is what its topology says, and differs from the next one in all that names it', () => {
  const alpha = qemuArguments(parts);
  expect(valuesOf('-m', alpha)).toEqual(['1024']);
  expect(valuesOf('-smp', alpha)).toEqual(['2']);
  const beta = qemuArguments({ ...parts, name: 'beta', number: 2 });
  for (const option of ['-uuid', '-name', '-device']) {
    const mac = (value: string) => value.includes('mac=') || option !== '-device';
    const shared = valuesOf(option, alpha).filter(
      (value) => mac(value) && valuesOf(option, beta).includes(value),
    );
    expect(shared, option).toEqual([]);
  }
  expect(valuesOf('-cpu', alpha)).toEqual(valuesOf('-cpu', beta));
});

test('a comma in a path is part of it', () => {
  const args = qemuArguments(parts);
  expect(valuesOf('-drive', args)[0]).toContain('file=/state/lab,,1/hosts/alpha/disk.qcow2');
  expect(valuesOf('-chardev', args)[0]).toContain('path=/state/lab,,1/hosts/alpha/console.log');
});

test.each([
  { accelerator: 'kvm', cpu: 'host' },
  { accelerator: 'qemu', cpu: 'Nehalem' },
] as const)('under $accelerator its processor is $cpu', ({ accelerator, cpu }) => {
  expect(valuesOf('-cpu', qemuArguments({ ...parts, accelerator }))).toEqual([cpu]);
});
