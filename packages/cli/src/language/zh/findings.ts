import { guest } from './guest.ts';
import { move } from './move.ts';
import { net } from './net.ts';
import { storage } from './storage.ts';
import type { Text } from './text.ts';

/** Every finding of the engine's catalogue in Simplified Chinese, by its id. */
export const findings: Readonly<Record<string, Text>> = { ...move, ...guest, ...storage, ...net };
