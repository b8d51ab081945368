import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readInventory } from './read.ts';
import { inventoryJsonSchema } from './schema.ts';

const docs = new URL('../../../../docs/', import.meta.url);

test('docs/inventory.schema.json is what the code reads; vitest -u writes it anew', async () => {
  const current = `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`;
  await expect(current).toMatchFileSnapshot(new URL('inventory.schema.json', docs).pathname);
});

test('the example in docs/inventory.md can be read', () => {
  const text = readFileSync(new URL('inventory.md', docs), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(readInventory(example, 'inventory.md').domains.length).toBeGreaterThan(2);
});
