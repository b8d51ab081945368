import type { Access, HostFacts } from '../../host-shell/facts.ts';
import type { Finding } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  forced: {
    severity: 'blocker',
    message: '{here} lets guests go only by TLS (migrate_tls_force)',
    // Not to switch it off: what it protects is the guest's memory.
    remedy: 'add --tls',
  },
  'no-files': {
    severity: 'blocker',
    message: '{host} cannot move guests by TLS: {directory} has no {files}',
    remedy:
      "put {files} into {directory} on {host}, for QEMU's user to read: https://www.qemu.org/docs/master/system/tls.html",
  },
  unreadable: {
    severity: 'blocker',
    message:
      '{host} cannot move guests by TLS: its QEMU runs as {user}, who may not read {files} in {directory}',
    remedy: "on {host}: cd '{directory}' && chown {user} {files}",
  },
  ready: { severity: 'pass', message: '{host} has the certificates for a move by TLS' },
} as const satisfies Texts;

/** As libvirt counts: the first by whose default a destination asks its source for a certificate (NEWS of 6.10). */
const VERIFIES_FROM = 6_010_000;

/**
 * A source that insists on TLS refuses to begin a move without it (qemu_migration.c, qemuMigrationSrcBegin). With TLS,
 * QEMU reads its certificates on both hosts (crypto/tlscredsx509.c, qcrypto_tls_creds_x509_load); those of a client only
 * matter to a destination that asks for them.
 */
export const tlsCheck = defineCheck({
  subject: 'tls',
  title: 'the hosts agree about TLS, and have its certificates',
  texts,
  async run({ source, destination, wishes, shells }, found) {
    const [near, far] = await Promise.all([shells.source(), shells.destination()]);
    const [here, there] = [near.shell?.facts, far.shell?.facts];
    if (!wishes.tls) {
      const forced = here?.qemuConf?.get('migrate_tls_force');
      if (forced !== '1') return [];
      return [found('forced', { here: source.host.ref.name }, `qemu.conf: migrate_tls_force = ${forced}`)];
    }
    const sourceFiles = verifies(there, destination)
      ? ['ca-cert.pem', 'client-cert.pem', 'client-key.pem']
      : ['ca-cert.pem'];
    return [
      ...filesOn(source, here, sourceFiles, found),
      ...filesOn(destination, there, ['ca-cert.pem', 'server-cert.pem', 'server-key.pem'], found),
    ];
  },
});

/** Whether a destination is known to want a certificate of its source (qemu_conf.c, SET_TLS_VERIFY_DEFAULT). */
function verifies(facts: HostFacts | undefined, { host }: CheckContext['destination']): boolean {
  const conf = facts?.qemuConf ?? null;
  if (conf === null) return false;
  const set = conf.get('migrate_tls_x509_verify') ?? conf.get('default_tls_x509_verify');
  return set === undefined ? host.libvirtVersion >= VERIFIES_FROM : set === '1';
}

function filesOn(
  { host }: CheckContext['source'],
  facts: HostFacts | undefined,
  needed: readonly string[],
  found: Found<typeof texts>,
): Finding[] {
  const tls = facts?.tls ?? null;
  if (tls === null) return [];
  const missing = needed.filter((file) => !tls.files.has(file));
  const named = { host: host.ref.name, directory: tls.directory };
  const evidence = `${tls.directory} has ${[...tls.files.keys()].join(', ') || 'none of those that QEMU reads'}`;
  if (missing.length > 0) return [found('no-files', { ...named, files: missing.join(', ') }, evidence)];
  const user = facts?.qemuConf?.get('user') ?? null;
  const closed = user === null ? [] : needed.filter((file) => !mayRead(user, tls.files.get(file)));
  if (user === null || closed.length === 0) return [found('ready', { host: named.host }, evidence)];
  const whose = closed.map(
    (file) => `${file} is of ${tls.files.get(file)?.user}, ${modeOf(tls.files.get(file))}`,
  );
  return [found('unreadable', { ...named, user, files: closed.join(' ') }, whose.join('; '))];
}

/** Whether that user may perhaps read it: groups, and the names of numbers, are not known here. */
function mayRead(user: string, file: Access | undefined): boolean {
  if (file === undefined || user === 'root' || /^\+?\d+$/.test(user) || file.user === user) return true;
  return (file.mode & 0o004) !== 0 || (file.group !== 'root' && (file.mode & 0o040) !== 0);
}

function modeOf(file: Access | undefined): string {
  return file?.mode.toString(8) ?? '';
}
