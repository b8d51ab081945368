import type { HostRef } from '../model.ts';
import type { Answer, OpenShareHost, ShareHost } from '../share/host.ts';
import type { Thing } from '../share/model.ts';

/** A machine as a share sees it: what `look host` would print of it, and what things are so. */
export interface FakeMachine {
  readonly ref: HostRef;
  /** Lines of `look host` that never change. */
  readonly lines: readonly string[];
  readonly address: string;
  readonly files: Map<string, string>;
  /** What those who read a file when they start have read of it. */
  readonly read: Map<string, string>;
  /** Owner and mode of each: `0 0 755`. */
  readonly directories: Map<string, string>;
  /** `enabled active` of each; none where there is no such unit. */
  readonly services: Map<string, string>;
  readonly packages: Set<string>;
  readonly rules: Set<string>;
  readonly booleans: Set<string>;
  /** What is mounted where. */
  readonly mounts: Map<string, string>;
  /** Pools, by what they are. */
  readonly pools: Set<string>;
  /** All that was done, in order. */
  readonly acts: string[];
  /** Told before each act; may throw as if the connection were lost. */
  onAct: (thing: Thing) => void;
  /** Things that fail once, by their first word, and what the host says then. */
  readonly failing: Map<string, string>;
  reach: string;
}

const ROOT = ['user 0', 'has systemctl', 'has python3'];
/** What a distribution's NFS package brings besides itself: units, and whether they are on. */
const BRINGS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'nfs-kernel-server': [
    ['nfs-server', 'enabled active'],
    ['rpcbind.service', 'enabled active'],
    ['rpcbind.socket', 'enabled active'],
  ],
  'nfs-common': [['rpcbind.socket', 'enabled active']],
  'nfs-utils': [['nfs-server', 'disabled inactive']],
};

export function fakeMachine(
  name: string,
  address: string,
  lines: readonly string[],
  change: Partial<Pick<FakeMachine, 'reach'>> = {},
): FakeMachine {
  return {
    ref: { name, uri: `qemu+ssh://root@${address}/system` },
    address,
    lines: [...ROOT, `machine id-of-${name}`, ...lines],
    files: new Map([
      ['/etc/fstab', ''],
      ['/etc/libvirt/qemu.conf', ''],
    ]),
    read: new Map([['/etc/libvirt/qemu.conf', '']]),
    directories: new Map([['/etc', '0 0 755']]),
    services: new Map(),
    packages: new Set(),
    rules: new Set(),
    booleans: new Set(),
    mounts: new Map(),
    pools: new Set(),
    acts: [],
    onAct: () => undefined,
    failing: new Map(),
    reach: 'refused',
    ...change,
  };
}

/** Everything about a machine that a share could change, packages aside. */
export function stateOf(machine: FakeMachine) {
  const { files, read, directories, services, rules, booleans, mounts, pools } = machine;
  const off = [...services].filter(([, state]) => state !== 'disabled inactive');
  return {
    files: [...files],
    read,
    directories: [...directories],
    services: off,
    rules,
    booleans,
    mounts,
    pools,
  };
}

/** Opens machines by the names of their hosts. All of them see the first one's share where they mount it. */
export function fakeOpen(machines: readonly FakeMachine[]): OpenShareHost {
  return async (ref) => {
    const machine = machines.find((one) => one.ref.name === ref.name);
    if (machine === undefined) throw new Error(`no machine ${ref.name} in this test`);
    return hostOn(machine, machines);
  };
}

const so: Answer = { isSo: true, lines: [] };
const not: Answer = { isSo: false, lines: [] };

function hostOn(machine: FakeMachine, machines: readonly FakeMachine[]): ShareHost {
  const is = (thing: Thing): Answer => (isSoOn(machine, thing) ? so : not);
  return {
    ref: machine.ref,
    async look(what, value = '') {
      if (what === 'host') return { isSo: true, lines: [...machine.lines, ...moving(machine, value)] };
      if (what === 'towards') return { isSo: true, lines: [`source ${machine.address}`, 'zone public'] };
      return so;
    },
    is: async (thing) => is(thing),
    async do(thing) {
      machine.onAct(thing);
      machine.acts.push(thing.slice(0, 3).join(' '));
      const said = machine.failing.get(thing[0]);
      machine.failing.delete(thing[0]);
      if (said !== undefined) return { isSo: false, lines: [said] };
      const kept = act(machine, thing);
      return kept === undefined ? so : { isSo: true, lines: [`kept ${kept}`] };
    },
    async try(what, place = '', name = '', text = '') {
      if (what === 'reach') {
        const [server] = machines;
        const isUp = server?.services.get('nfs-server') === 'enabled active';
        return { isSo: true, lines: [`reach ${isUp ? 'open' : machine.reach}`] };
      }
      const path = throughMount(machine, place, machines);
      if (path === null) return not;
      if (what === 'put') path.machine.files.set(`${path.directory}/${name}`, text);
      if (what === 'drop') path.machine.files.delete(`${path.directory}/${name}`);
      if (what !== 'get') return so;
      const held = path.machine.files.get(`${path.directory}/${name}`);
      return held === undefined ? not : { isSo: true, lines: [`holds ${held}`, 'owner 107 107'] };
    },
    libvirt: () => Promise.reject(new Error('no libvirt in this test')),
    close: () => Promise.resolve(),
  };
}

/** Where a path really is: through a mount on the machine that serves it. */
function throughMount(machine: FakeMachine, place: string, machines: readonly FakeMachine[]) {
  const mounted = machine.mounts.get(place);
  if (mounted === undefined) {
    return machine.directories.has(place) ? { machine, directory: place } : null;
  }
  const [address, directory = ''] = mounted.split(':');
  const server = machines.find((one) => one.address === address);
  return server ? { machine: server, directory } : null;
}

/** What `look host` says of the things that change. */
function moving(machine: FakeMachine, path: string): string[] {
  const owner = machine.directories.get(path);
  const parents = path.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'));
  const absent = parents
    .slice(1)
    .filter((one) => !machine.directories.has(one))
    .reverse();
  const mounted = machine.mounts.get(path);
  return [
    owner === undefined ? 'path missing' : 'path directory',
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...absent.map((one) => `absent ${one}`),
    ...(mounted === undefined ? [] : [`mounted nfs4 ${mounted}`]),
    'within ext2/ext3',
    ...[...machine.packages].map((name) => `package ${name}`),
    ...[...machine.services].map(([name, state]) => `service ${name} ${state}`),
    ...[...machine.files].flatMap(([file, text]) =>
      /^\/etc\/exports/.test(file)
        ? text
            .split('\n')
            .filter((line) => line.startsWith('/'))
            .map((line) => `export ${file} ${line}`)
        : [],
    ),
  ];
}

function isSoOn(machine: FakeMachine, [word, first = '', ...rest]: Thing): boolean {
  const { files, directories, services, rules, booleans, mounts, pools, packages } = machine;
  switch (word) {
    case 'packages':
      return rest.every((name) => packages.has(name));
    case 'directory':
      return directories.has(first);
    case 'owner':
      return directories.get(first) === rest.join(' ');
    case 'file':
    case 'ports':
    case 'export':
      return files.get(first) === rest[0];
    case 'line':
      return (files.get(first) ?? '').split('\n').includes(rest[0] ?? '');
    case 'reread':
      return machine.read.get(first) === files.get(first);
    case 'service':
      return (services.get(first) ?? 'disabled inactive') === rest.join(' ');
    case 'boolean':
      return booleans.has(first) === (rest[0] === 'on');
    case 'mounted':
      return mounts.has(first);
    case 'pool':
      return pools.has([first, ...rest.slice(0, 3)].join(' '));
    default:
      return rules.has([word, first, ...rest].join(' '));
  }
}

function isNeeded({ files, mounts }: FakeMachine): boolean {
  return mounts.size > 0 || [...files.keys()].some((file) => file.startsWith('/etc/exports.d/'));
}

/** Does it; says what was kept, and why. */
function act(machine: FakeMachine, thing: Thing): string | undefined {
  const [word, first = '', ...rest] = thing;
  const { files, directories, services, rules, booleans, mounts, pools, packages } = machine;
  const [second = ''] = rest;
  switch (word) {
    case 'packages':
      for (const name of rest) {
        packages.add(name);
        for (const [unit, state] of BRINGS[name] ?? []) if (!services.has(unit)) services.set(unit, state);
      }
      return undefined;
    case 'directory':
      if (!directories.has(first)) directories.set(first, rest.join(' '));
      return undefined;
    case 'nodirectory':
      if ([...files.keys()].some((file) => file.startsWith(`${first}/`))) return 'it is not empty';
      directories.delete(first);
      return undefined;
    case 'owner':
      if (directories.has(first)) directories.set(first, rest.join(' '));
      return undefined;
    case 'file':
    case 'ports':
    case 'export':
      files.set(first, second);
      return undefined;
    case 'nofile':
    case 'noexport':
      if (files.has(first) && files.get(first) !== second) return 'it was changed';
      files.delete(first);
      return undefined;
    case 'line':
      files.set(first, `${files.get(first) ?? ''}${second}\n`);
      return undefined;
    case 'reread':
      machine.read.set(first, files.get(first) ?? '');
      return undefined;
    case 'noline':
      files.set(first, (files.get(first) ?? '').replace(`${second}\n`, ''));
      return undefined;
    case 'service': {
      if (!services.has(first) && !files.has(`/etc/systemd/system/${first}`)) return undefined;
      services.set(first, rest.join(' '));
      if (!first.endsWith('.mount')) return undefined;
      const text = files.get(`/etc/systemd/system/${first}`) ?? '';
      const [, what = ''] = /^What=(.*)$/m.exec(text) ?? [];
      const [, where = ''] = /^Where=(.*)$/m.exec(text) ?? [];
      if (rest[1] === 'active') mounts.set(where, what);
      else mounts.delete(where);
      return undefined;
    }
    case 'off':
      if (isNeeded(machine)) return 'something else needs it';
      return act(machine, ['service', first, ...rest]);
    case 'noboolean':
      if (isNeeded(machine)) return 'something else needs it';
      booleans.delete(first);
      return undefined;
    case 'nofirewalld':
    case 'noufw': {
      const address = word === 'noufw' ? first : (rest[1] ?? '');
      const isExported = [...files].some(
        ([file, text]) => /^\/etc\/exports/.test(file) && text.includes(`${address}(`),
      );
      if (isExported) return 'something else needs it';
      rules.delete([word.slice(2), first, ...(word === 'noufw' ? rest : rest.slice(0, 1))].join(' '));
      return undefined;
    }
    case 'restart':
      return undefined;
    case 'boolean':
      if (second === 'on') booleans.add(first);
      else booleans.delete(first);
      return undefined;
    case 'mounted': {
      const line = (files.get('/etc/fstab') ?? '').split('\n').find((one) => one.split(' ')[1] === first);
      mounts.set(first, line?.split(' ')[0] ?? '');
      return undefined;
    }
    case 'nomounted':
      mounts.delete(first);
      return undefined;
    case 'pool':
      pools.add([first, ...rest.slice(0, 3)].join(' '));
      mounts.set(rest[2] ?? '', `${rest[0]}:${rest[1]}`);
      return undefined;
    case 'nopool':
      pools.delete([first, ...rest].join(' '));
      mounts.delete(rest[2] ?? '');
      return undefined;
    default:
      if (word.startsWith('no')) rules.delete([word.slice(2), first, ...rest].join(' '));
      else rules.add([word, first, ...rest].join(' '));
  }
  return undefined;
}
