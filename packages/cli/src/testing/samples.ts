import type {
  CheckReport,
  Finding,
  Forecast,
  MoveRequest,
  Outcome,
  Progress,
  Severity,
  Strategy,
} from '@virt-ferry/engine';

const MIB = 1024 ** 2;
export const web = { name: 'web', uuid: 'fe441111-0000-4000-8000-000000000001' };

export function finding(severity: Severity, message: string, remedy: string | null = null): Finding {
  const fix = remedy === null ? null : { command: remedy, automatic: false };
  return {
    id: `memory.${severity}`,
    subject: 'memory',
    severity,
    message,
    values: {},
    evidence: '1 of 2',
    fix,
  };
}

export function report(...findings: Finding[]): CheckReport {
  const has = (severity: Severity) => findings.some((one) => one.severity === severity);
  const verdict = has('blocker') ? 'blocked' : has('warning') ? 'warnings' : 'ready';
  return { domain: web, source: 'alpha', destination: 'beta', verdict, findings };
}

export function progress(change: Partial<Progress> = {}): Progress {
  return {
    elapsedMs: 1000,
    iteration: 2,
    memoryTotalBytes: 512 * MIB,
    memoryProcessedBytes: 300 * MIB,
    memoryRemainingBytes: 128 * MIB,
    rateBytesPerS: 94 * MIB,
    dirtyRateBytesPerS: 10 * MIB,
    expectedDowntimeMs: 120,
    throttlePercent: 0,
    ...change,
  };
}

export function outcome(change: Partial<Outcome> = {}): Outcome {
  return {
    operationId: 'k3m8x2pq',
    result: 'migrated',
    reason: '',
    domain: web,
    source: 'alpha',
    destination: 'beta',
    method: 'pre-copy',
    totalMs: 2500,
    downtimeMs: 63,
    blackoutMs: 76,
    bytesTransferred: 165 * MIB,
    iterations: 6,
    ...change,
  };
}

export function request(): MoveRequest {
  return {
    domain: 'web',
    source: { name: 'alpha', uri: 'qemu+tcp://alpha/system' },
    destination: { name: 'beta', uri: 'qemu+tcp://beta/system' },
    maxDowntimeMs: null,
    bandwidthBytesPerS: null,
    deadlineMs: null,
    sourceDefinition: 'remove',
    destinationDefinition: 'persistent',
    probe: { kind: 'ping', address: null },
    drive: 'direct',
    method: 'pre-copy',
    commit: 'strict',
    copyStorage: 'none',
  };
}

export function forecast(change: Partial<Forecast> = {}): Forecast {
  const figures = {
    totalMs: { p50: 2400, p90: 2900 },
    downtimeMs: { p50: 60, p90: 110 },
    bytes: { p50: 165 * MIB, p90: 190 * MIB },
  };
  const curve = { hotBytes: 64 * MIB, hotS: 2, shape: 'random', coldBytesPerS: 0.5 * MIB } as const;
  const memory = {
    ...{ totalBytes: 512 * MIB, usedBytes: 150 * MIB, samples: [], curve },
    ...{ changedBytesAPage: 8, compressedShare: 0.4, cpuShare: 0.1 },
  };
  const path = { bytesPerS: 95 * MIB, spread: 0.05, from: 'history' } as const;
  const verdict = { kind: 'converges' } as const;
  const strategy: Strategy = {
    ...{ differences: null, compression: null, holdBack: { kind: 'none' } },
    limits: { maxMs: 300, firstMs: 300 },
    ...{ reasons: ['it is moved as it is: what remains to be sent gets small by itself'], rejected: [] },
  };
  return {
    ...figures,
    computed: figures,
    strategy,
    verdict,
    basis: { memory, path, diskBytes: 0 },
    ...change,
  };
}
