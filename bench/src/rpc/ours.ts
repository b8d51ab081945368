// What this client needs for one kind of work, once or several times. Prints milliseconds as JSON.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { connect } = await import('@virt-ferry/libvirt');

/** The first time is what a fresh process pays, the others what a long-lived one does. */
const REPEATS = 12;

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

async function repeated(act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(await timed(act));
  return times;
}

const [, , uri = '', work = 'list', mode = 'once'] = process.argv;
const repeats = mode === 'repeat' ? REPEATS : 1;
const connection = await connect(uri);
const list = () => connection.connectListAllDomains({ needResults: true, flags: 0 });
let times: number[];
if (work === 'list') times = await repeated(list);
else if (work === 'stats') {
  times = await repeated(() => connection.connectGetAllDomainStats({ doms: [], stats: 0, flags: 0 }));
} else {
  const { domains } = await list();
  times = await repeated(() =>
    Promise.all(domains.map((dom) => connection.domainGetXmlDesc({ dom, flags: 0 }))),
  );
}
await connection.close();
console.log(JSON.stringify(times));
