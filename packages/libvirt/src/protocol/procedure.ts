import { type Codec, type Fields, type InferFields, struct } from '../xdr/codec.ts';

/** Program numbers of virnetprotocol.x's users. */
export const Program = {
  remote: 0x20008086,
  qemu: 0x20008087,
  keepalive: 0x6b656570,
} as const;

/** All programs that we speak are at this version. */
export const PROGRAM_VERSION = 1;

/** One remote call: its number, what goes out and what comes back. */
export interface Procedure<A, R> {
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly ret: Codec<R>;
}

export type ArgsOf<P> = P extends Procedure<infer A, infer _R> ? A : never;
export type RetOf<P> = P extends Procedure<infer _A, infer R> ? R : never;

type NoFields = Record<never, never>;

/** Declares a call of the remote program: its number, its arguments and its results, in wire order. */
export function call<A extends Fields = NoFields, R extends Fields = NoFields>(
  number: number,
  args: A,
  ret: R,
  program: number = Program.remote,
): Procedure<InferFields<A>, InferFields<R>> {
  return { program, number, args: struct(args), ret: struct(ret) };
}
