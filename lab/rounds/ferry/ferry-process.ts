import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '@virt-ferry/engine';
import type { Mover } from '../fault/fault.ts';
import { signalsTo } from '../signals.ts';
import type { Order, Report, Task } from './messages.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** What a Ferry said last. `killed`: nothing. */
export type Said =
  | { readonly said: 'outcome'; readonly outcome: Outcome }
  | { readonly said: 'error'; readonly message: string }
  | { readonly said: 'killed' };

/** A Ferry at work, in a process of its own. */
export class FerryProcess implements Mover {
  /** Resolves when it waits at its crash point. For ever pending if it never comes there. */
  readonly reached: Promise<void>;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<Said>;
  readonly kill: Mover['kill'];
  readonly stop: Mover['stop'];
  readonly wake: Mover['wake'];
  readonly steps: string[] = [];
  operationId: string | null = null;
  readonly #child: ChildProcess;
  readonly #reached = Promise.withResolvers<void>();
  #said: Said = { said: 'killed' };

  constructor(task: Task) {
    this.reached = this.#reached.promise;
    this.#child = fork(PROCESS, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    ({ kill: this.kill, stop: this.stop, wake: this.wake } = signalsTo(this.#child));
    this.#child.on('message', (report: Report) => this.#hear(report));
    this.ended = once(this.#child, 'exit').then(() => this.#said);
    this.#send({ order: 'begin', task });
  }

  goOn(): void {
    this.#send({ order: 'go-on' });
  }

  /** Its clock on the wall jumps. */
  jump(byMs: number): void {
    this.#send({ order: 'jump', byMs });
  }

  #send(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => undefined);
  }

  #hear(report: Report): void {
    switch (report.report) {
      case 'started':
        this.operationId = report.operationId;
        return;
      case 'reached':
        this.#reached.resolve();
        return;
      case 'step':
        this.steps.push(report.step);
        return;
      case 'ended':
        this.#said = { said: 'outcome', outcome: report.outcome };
        return;
      case 'failed':
        this.#said = { said: 'error', message: report.message };
        return;
      default:
        report satisfies never;
    }
  }
}
