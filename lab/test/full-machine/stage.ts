import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTROLLER, captureInHost, down, type GuestReport, queryGuest, type Ran, up } from '@virt-ferry/lab';
import { afterAll, beforeAll, expect } from 'vitest';
import { Observer } from '../lifecycle/traces.ts';

/** The lab of this test file: alpha and beta, full machines. */
export const lab = `full-${process.pid}`;
export const hosts = ['alpha', 'beta'];
const topology = fileURLToPath(new URL('../../topologies/machines.yaml', import.meta.url));
/** Both machines, and what the lab takes besides. */
const NEEDED_GIB = 3.5;

/** Why there can be no full machines here; `null` where there can. It is printed, since what is skipped must be seen. */
export const whyNot = reason();
if (whyNot !== null) console.error(`full machines are not tried: ${whyNot}`);

function reason(): string | null {
  if (process.getuid?.() !== 0) return 'the lab needs root';
  const [, kib = '0'] = /^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  const gib = Number(kib) / 1024 ** 2;
  return gib < NEEDED_GIB ? `they need ${NEEDED_GIB} GiB of memory, and ${gib.toFixed(1)} are free` : null;
}

export const inside = (host: string, ...command: string[]) => captureInHost(lab, host, command);
export const script = (host: string, text: string) => inside(host, 'sh', '-c', text);
/** `ferry` as a user in the controller runs it. */
export const ferry = (...words: string[]) => inside(CONTROLLER, 'ferry', ...words);
/** A guest that one emulation in another can carry. */
export const small = { memoryMiB: 192, loadMemoryMiB: 32, memoryRateMBps: 4, diskRateMBps: 1 } as const;

/** Makes the lab for the tests of a file, and takes it down after them, whole. */
export function inLab(): void {
  if (whyNot !== null) return;
  const nowhere = mkdtempSync(join(tmpdir(), 'ferry-full-'));
  const observer = new Observer([lab], nowhere);
  beforeAll(() => up({ name: lab, topology }, (line) => console.error(line)));
  afterAll(async () => {
    await observer.noteNetworks();
    await down(lab);
    await observer.expectNothing();
    rmSync(nowhere, { recursive: true });
  });
}

/** A program that had to succeed; what it printed is shown where it did not. */
export function expectDone(ran: Ran): Ran {
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  return ran;
}

/** The guest verifies all that it wrote, in memory and on disk. */
export async function expectWhole(name: string): Promise<GuestReport> {
  const report = await queryGuest(lab, name, 'verify');
  expect(report.memory.unitsVerified).toBeGreaterThan(0);
  expect([report.memory.errors, report.disk.errors]).toEqual([0, 0]);
  return report;
}
