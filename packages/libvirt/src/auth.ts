import { LibvirtError, messageOf } from './errors.ts';
import { procedures } from './protocol/procedures/index.ts';
import type { CallOptions, RpcClient } from './rpc/client.ts';

/** `remote_auth_type` of remote_protocol.x. */
const AuthType = { none: 0, sasl: 1, polkit: 2 } as const;

/** Does what the daemon asks for before it serves us: nothing, or a question to polkit on its own host. */
export async function authenticate(client: RpcClient, peer: string, options: CallOptions): Promise<void> {
  const { types } = await client.call('authList', procedures.authList, {}, options);
  if (types.length === 0 || types.includes(AuthType.none)) return;
  if (types.includes(AuthType.polkit)) {
    try {
      await client.call('authPolkit', procedures.authPolkit, {}, options);
      return;
    } catch (cause) {
      const why = messageOf(cause);
      const advice = 'run as root, or join the group libvirt on that host';
      throw new LibvirtError('auth', `polkit refused access to ${peer}: ${why}; ${advice}`, { cause });
    }
  }
  if (types.includes(AuthType.sasl)) {
    const advice = 'use qemu+ssh:// or qemu+tls:// with a client certificate';
    throw new LibvirtError('auth', `${peer} asks for SASL, which is not supported yet; ${advice}`);
  }
  throw new LibvirtError('auth', `${peer} asks for an unknown authentication (${types.join(', ')})`);
}
