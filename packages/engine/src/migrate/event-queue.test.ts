import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

async function read<T>(queue: EventQueue<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

test('values pushed before, while and just ahead of the end all arrive, in order', async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  const reading = read(queue);
  await Promise.resolve();
  queue.push(2);
  await new Promise((resolve) => setImmediate(resolve));
  queue.push(3);
  queue.push(4);
  queue.end();
  expect(await reading).toEqual([1, 2, 3, 4]);
});

test('an empty queue ends', async () => {
  const queue = new EventQueue<number>();
  queue.end();
  expect(await read(queue)).toEqual([]);
});
