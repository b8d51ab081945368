import { createConnection, type Socket } from 'node:net';
import { z } from 'zod';
import type { Status } from './timeline.ts';

/** QEMU's monitor speaks one JSON object a line: https://www.qemu.org/docs/master/interop/qmp-spec.html */
const messageSchema = z.union([
  z.object({ QMP: z.object({}) }),
  z.object({
    event: z.string(),
    timestamp: z.object({ seconds: z.number(), microseconds: z.number() }),
  }),
  z.object({ return: z.unknown(), id: z.string() }),
  z.object({ error: z.object({ desc: z.string() }), id: z.string() }),
]);

const statusSchema = z.object({ status: z.string(), running: z.boolean() });

const LINE_MAX_BYTES = 1024 * 1024;

export interface MonitorHandlers {
  /** QEMU's own time of it, in milliseconds. */
  readonly event: (name: string, atMs: number) => void;
  readonly status: (status: Status) => void;
  /** What could not be understood. The monitor is closed. */
  readonly nonsense: (what: string) => void;
  /** It was connected, and now isn't; or it never was. Called once. */
  readonly closed: () => void;
}

/** A connection to a monitor. Its first answer comes by itself. */
export class Monitor {
  readonly #socket: Socket;
  readonly #handlers: MonitorHandlers;
  readonly #waiting = new Set<() => void>();
  #isReady = false;
  #isAsked = false;
  #rest = '';

  constructor(path: string, handlers: MonitorHandlers) {
    this.#handlers = handlers;
    this.#socket = createConnection({ path });
    this.#socket.setEncoding('utf8');
    this.#socket
      .on('data', (text: string) => this.#take(text))
      .on('error', () => undefined)
      .on('end', () => this.#socket.destroy())
      .on('close', () => {
        this.#answer();
        handlers.closed();
      });
  }

  /** Whether QEMU greeted and answered. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Asks for the state unless a question is under way. */
  ask(): void {
    if (!this.#isReady || this.#isAsked) return;
    this.#isAsked = true;
    this.#send('query-status', 'status');
  }

  /** Resolves with the next answer, or when there will be none. */
  answered(): Promise<void> {
    // One that is being closed still has its end to tell.
    if (this.#socket.closed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(execute: string, id: string): void {
    this.#socket.write(`${JSON.stringify({ execute, id })}\n`);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LINE_MAX_BYTES) this.#refuse('a line without end');
    for (const line of lines) if (line.trim() !== '' && !this.#socket.destroyed) this.#handle(line);
  }

  #handle(line: string): void {
    const message = parsed(line);
    if (message === null) this.#refuse(line);
    else if ('event' in message) {
      const { seconds, microseconds } = message.timestamp;
      this.#handlers.event(message.event, seconds * 1000 + microseconds / 1000);
    } else if ('QMP' in message) this.#send('qmp_capabilities', 'capabilities');
    else if ('error' in message) this.#refuse(message.error.desc);
    else if (message.id === 'capabilities') this.#send('query-status', 'status');
    else this.#takeStatus(message.return);
  }

  #takeStatus(value: unknown): void {
    const status = statusSchema.safeParse(value);
    if (!status.success) {
      this.#refuse(JSON.stringify(value));
      return;
    }
    this.#isReady = true;
    this.#isAsked = false;
    this.#handlers.status(status.data);
    this.#answer();
  }

  #answer(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #refuse(what: string): void {
    this.#handlers.nonsense(what.slice(0, 200));
    this.#socket.destroy();
  }
}

function parsed(line: string): z.infer<typeof messageSchema> | null {
  try {
    return messageSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
