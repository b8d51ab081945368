// What a migration can be tortured with, and who watches it.
export { type BoundedDirectory, boundDirectory } from './disk-full.ts';
export { cutLink, type LinkDirection, resetLink, slowLink } from './link.ts';
export type { Interval } from './observer/interval.ts';
export type { Now, Observation } from './observer/messages.ts';
export { type Observer, startObserver } from './observer/observer.ts';
export { continueProcess, killProcess, libvirtdPids, qemuPids, stopProcess } from './processes.ts';
export { type ProxyOptions, type RpcProxy, startProxy } from './proxy/proxy.ts';
export type { Act, Place, Rule, RuleSpec } from './proxy/rule.ts';
export type { Undo } from './undo.ts';
