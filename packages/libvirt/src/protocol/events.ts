import { array, type Codec, type Infer, i32, string, struct } from '../xdr/codec.ts';
import { domain, JOB_STATS_MAX } from './structs.ts';
import { typedParam } from './typed-param.ts';

/** A kind of domain event: what to register for, and the message that then comes. */
export interface EventKind<T> {
  /** `VIR_DOMAIN_EVENT_ID_*`. */
  readonly eventId: number;
  /** Procedure number of the message. */
  readonly number: number;
  readonly payload: Codec<T>;
}

function event<T>(eventId: number, number: number, payload: Codec<T>): EventKind<T> {
  return { eventId, number, payload };
}

/** The domain events that this client knows. Each payload begins with the callback's id. */
export const events = {
  /** `event` and `detail`: see LifecycleEvent. */
  lifecycle: event(0, 318, struct({ callbackId: i32, dom: domain, event: i32, detail: i32 })),
  ioErrorReason: event(
    9,
    324,
    struct({ callbackId: i32, dom: domain, path: string, device: string, action: i32, reason: string }),
  ),
  blockJob: event(8, 326, struct({ callbackId: i32, dom: domain, path: string, type: i32, status: i32 })),
  blockJob2: event(16, 339, struct({ callbackId: i32, dom: domain, disk: string, type: i32, status: i32 })),
  migrationIteration: event(20, 359, struct({ callbackId: i32, dom: domain, iteration: i32 })),
  jobCompleted: event(
    21,
    363,
    struct({ callbackId: i32, dom: domain, params: array(typedParam, JOB_STATS_MAX) }),
  ),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = Infer<(typeof events)[N]['payload']>;
