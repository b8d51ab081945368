import { fileURLToPath } from 'node:url';

/** Two hosts of QEMU 10, which misses no writes of emulated processors (docs/control.md). */
export const NEWER = fileURLToPath(new URL('../../../lab/topologies/newer.yaml', import.meta.url));
