import type { Commit, Drive, Method } from '@virt-ferry/engine';

/** How a guest is moved. */
export interface Way {
  readonly drive: Drive;
  readonly method: Method;
  readonly commit: Commit;
  /** Both hosts see the disk, or it is copied along. */
  readonly disk: 'shared' | 'local';
}

/** The ways that a user gets without asking for anything special: strict where libvirt can. */
export const ways: readonly Way[] = (['direct', 'p2p'] as const).flatMap((drive) =>
  (['pre-copy', 'post-copy'] as const).flatMap((method) =>
    (['shared', 'local'] as const).map((disk) => ({
      drive,
      method,
      commit: method === 'pre-copy' ? ('strict' as const) : ('finish' as const),
      disk,
    })),
  ),
);

/** For people: `direct pre-copy, shared disk`. */
export function wayText({ drive, method, commit, disk }: Way): string {
  const unusual = method === 'pre-copy' && commit === 'finish' ? ', not strict' : '';
  return `${drive} ${method}, ${disk} disk${unusual}`;
}
