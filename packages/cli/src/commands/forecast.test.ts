import type { Forecast, ForecastRequest } from '@virt-ferry/engine';
import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { ID, journaled, LEASE } from '../testing/journaled.ts';
import { forecast, outcome } from '../testing/samples.ts';

const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };
const TO = ['--to', 'qemu+tcp://b/system'];

function foretelling(change: Partial<Forecast> = {}) {
  const asked: ForecastRequest[] = [];
  const io = fakeIo({
    findDomain: async () => alpha,
    forecastMove: async (request) => {
      asked.push(request);
      return forecast(change);
    },
  });
  return { io, asked };
}

describe('ferry forecast', () => {
  test('says what is to be expected, and what that rests on', async () => {
    const { io, asked } = foretelling();
    const { exitCode, stdout } = await ferry(io, 'forecast', 'web', ...TO, '--max-downtime', '100ms');
    expect(exitCode).toBe(0);
    expect(asked).toMatchObject([{ domain: 'web', maxDowntimeMs: 100, bandwidthBytesPerS: null }]);
    expect(stdout).toBe(`it moves by itself: what remains gets small enough
  time   2.4 s, in nine of ten cases at most 2.9 s
  pause  60 ms, in nine of ten cases at most 110 ms
  sent   165 MiB, in nine of ten cases at most 190 MiB
how:
  it is moved as it is: what remains to be sent gets small by itself
because:
  150 MiB of 512 MiB are in use
  64 MiB are written to again and again, at 32 MiB/s; 512 KiB/s are written to that were not before; 8 bytes change in a page of 4096
  95 MiB/s go between the hosts, as in the latest moves between these hosts
`);
  });

  test.each([
    [{ kind: 'never', downtimeMs: 2100 }, 'it does not get done', 'the pause would be 2.1 s'],
    [{ kind: 'late', totalMs: 4000 }, 'it takes 4.0 s', 'longer than 1.0 s'],
    [{ kind: 'post-copy' }, 'it moves with post-copy alone', ''],
    [{ kind: 'throttled', share: 0.05 }, 'held to 5 %', ''],
  ] as const)('%j', async (verdict, ...says) => {
    const { io } = foretelling({ verdict });
    const { stdout } = await ferry(io, 'forecast', 'web', ...TO, '--deadline', '1s');
    for (const words of says) expect(stdout).toContain(words);
  });

  test('a limit that limits nothing is said to be none', async () => {
    const path = { ...forecast().basis.path, idleLimitBytesPerS: 5e9 };
    const { io } = foretelling({ basis: { ...forecast().basis, path } });
    const { stdout } = await ferry(io, 'forecast', 'web', ...TO, '--bandwidth', '5000000KiB/s');
    expect(stdout).toContain('is more than that, and limits nothing');
  });

  test('--json has all of it', async () => {
    const { io } = foretelling();
    const { stdout } = await ferry(io, 'forecast', 'web', ...TO, '--json');
    expect(JSON.parse(stdout)).toEqual({
      ...{ domain: 'web', source: 'alpha', destination: 'b' },
      ...forecast(),
    });
  });

  test.each([
    [['--max-downtime', '100'], 'max-downtime'],
    [['--bandwidth', '0MiB/s'], 'bandwidth'],
    [['--deadline', 'soon'], 'deadline'],
  ])('%j is refused before anything is asked', async (words, says) => {
    const { io, asked } = foretelling();
    const { exitCode, stderr } = await ferry(io, 'forecast', 'web', ...TO, ...words);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain(says);
  });
});

describe('ferry history --accuracy', () => {
  test('says how far off forecasts were', async () => {
    const io = fakeIo();
    await journaled(io, {
      more: async (journal) => {
        await journal.rememberForecast(ID, forecast());
        await journal.end(LEASE, outcome(), 1_002_500);
      },
    });
    expect((await ferry(io, 'history', '--accuracy')).stdout).toBe(
      `OF     MOVES  USUALLY OFF BY  BELOW THE BOUND FOR NINE OF TEN
time   1      4 %             1 (100 %)
pause  1      5 %             1 (100 %)
sent   1      0 %             1 (100 %)
`,
    );
  });

  test('of a journal without any forecast', async () => {
    expect(await ferry(fakeIo(), 'history', '--accuracy')).toMatchObject({
      exitCode: 0,
      stderr: 'nothing was moved yet of which that was foretold\n',
    });
  });
});
