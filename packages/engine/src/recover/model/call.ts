import type { Created } from '../../storage/created.ts';
import type { Step } from '../step.ts';

/** Every act that is journaled, by the name that it has there. */
export type CallName =
  | Exclude<Step['name'], 'done' | 'hold' | 'wait' | 'follow'>
  | 'create-pool'
  | 'create-volume'
  | 'begin'
  | 'prepare'
  | 'perform'
  | 'confirm';

/** A call to a host. `phases`: over the connection to which libvirt ties the guest's fate. */
export interface Call {
  readonly name: CallName;
  readonly to: 'source' | 'destination';
  readonly over: 'phases' | 'own';
  readonly created?: Created;
}
