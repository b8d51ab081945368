import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';

/** A machine in namespaces of its own: a root, a network, and stubs in the place of what it can't have here. */
export interface StubMachine {
  readonly ref: HostRef;
  readonly root: string;
  readonly pid: number;
  /** Runs a program in it, and returns what it prints. */
  run(...words: readonly string[]): string;
  read(path: string): string;
}

interface MachineOptions {
  readonly name: string;
  readonly address: string;
  /** The lines of os-release(5). */
  readonly os: readonly string[];
  readonly stubs: Readonly<Record<string, string>>;
  /** `name:uid` of the hypervisor's user. */
  readonly user: string;
  /** Units that are there from the start, as `nftables.service` → `enabled active`. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Whether such machines can be made here; if not, why. */
export function whyNoMachines(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = ['unshare', 'nsenter', 'chroot', 'ip', 'python3', 'nft', 'iptables'].find(
    (name) => !['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((place) => existsSync(join(place, name))),
  );
  if (missing !== undefined) return `needs ${missing}`;
  try {
    execFileSync('unshare', ['-m', '-n', 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' });
    return null;
  } catch {
    return 'needs namespaces';
  }
}

/** Makes a machine; it ends with the test. */
export async function makeMachine(options: MachineOptions): Promise<StubMachine> {
  const { name, address, os, stubs, user, units = {} } = options;
  const root = mkdtempSync(join(tmpdir(), `ferry-${name}-`));
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  const [userName = '', id = ''] = user.split(':');
  write('etc/os-release', `${os.join('\n')}\n`);
  write('etc/machine-id', `id-of-${name}\n`);
  write('etc/passwd', `root:x:0:0::/root:/bin/sh\n${userName}:x:${id}:${id}::/:/bin/false\n`);
  write('etc/group', `root:x:0:\n${userName}:x:${id}:\n`);
  write('etc/fstab', '# what was here before');
  write('etc/exports', '# what was here before\n');
  write('etc/libvirt/qemu.conf', '# what was here before\n', 0o600);
  write('state/units/libvirtd.service', 'enabled active\n');
  write('state/since-libvirtd.service', '@0\n');
  for (const [stub, text] of Object.entries(stubs)) write(`stubs/${stub}`, text, 0o755);
  for (const [unit, state] of Object.entries(units)) write(`state/units/${unit}`, `${state}\n`);
  for (const directory of ['proc', 'dev', 'sys', 'usr', 'srv', 'var', 'run', 'tmp'])
    mkdirSync(join(root, directory), { recursive: true });
  for (const directory of ['state/units', 'state/packages', 'etc/systemd/system', 'run/systemd/system'])
    mkdirSync(join(root, directory), { recursive: true });
  const setUp = `cd "$1" && for d in usr dev sys; do mount --rbind "/$d" "$d" || exit; done
mount -t tmpfs none usr/local && mount -t proc proc proc || exit
[ ! -d /etc/alternatives ] || { mkdir -p etc/alternatives && mount --bind /etc/alternatives etc/alternatives; }
for d in bin sbin lib lib64; do [ -e "/$d" ] && { [ -e "$d" ] || ln -s "usr/$d" "$d"; }; done
ip link set lo up && hostname "$2"
echo ready
exec sleep 600`;
  const holder = spawn('unshare', ['-m', '-n', '-u', 'sh', '-c', setUp, 'sh', root, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('exit', () => reject(new Error(`the machine ${name} could not be made`)));
  });
  const { pid = 0 } = holder;
  onTestFinished(() => {
    const listener = join(root, 'state/listener');
    if (existsSync(listener)) process.kill(Number(readFileSync(listener, 'utf8')));
    holder.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  return {
    ref: { name, uri: `qemu+ssh://root@${address}/system` },
    root,
    pid,
    run: (...words) => {
      const [file = '', ...args] = inMachine({ root, pid }, words);
      return execFileSync(file, args, { encoding: 'utf8' });
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
  };
}

function inMachine({ root, pid }: Pick<StubMachine, 'root' | 'pid'>, words: readonly string[]): string[] {
  const env = ['env', '-i', 'PATH=/stubs:/usr/bin:/bin:/usr/sbin:/sbin'];
  return ['nsenter', '-t', String(pid), '-m', '-n', '-u', 'chroot', root, ...env, ...words];
}

/** Joins two machines by a wire, and gives them their addresses. */
export function join2(one: StubMachine, other: StubMachine): void {
  const addressOf = ({ ref }: StubMachine) => /@([\d.]+)/.exec(ref.uri)?.[1] ?? '';
  const peer = ['type', 'veth', 'peer', 'name', 'wire', 'netns', String(other.pid)];
  execFileSync('ip', ['link', 'add', 'wire', 'netns', String(one.pid), ...peer]);
  for (const machine of [one, other]) {
    machine.run('ip', 'addr', 'add', `${addressOf(machine)}/24`, 'dev', 'wire');
    machine.run('ip', 'link', 'set', 'wire', 'up');
  }
}

/** An {@link Env} whose shells on hosts are shells in these machines. */
export function envOn(machines: readonly StubMachine[], shell: string, env: Env): Env {
  return {
    ...env,
    get journal() {
      return env.journal;
    },
    startProgram(_file, args, options) {
      const machine = machines.find(({ ref }) => args.some((arg) => ref.uri.includes(`@${arg}/`)));
      if (machine === undefined) throw new Error(`no machine for ${args.join(' ')}`);
      const [file = '', ...words] = inMachine(machine, [shell, '-s']);
      return env.startProgram(file, words, options);
    },
  };
}
