import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKongConfigFile } from '../../src/services/kong-config-file.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kong-config-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('reads the file at every call', async () => {
  const path = join(await folder(), 'kong.yml');
  const file = createKongConfigFile(path);
  for (const text of ['_format_version: "3.0"\n', 'another: "é"\n']) {
    await writeFile(path, text);
    expect(await file.read()).toBe(text);
  }
});

test('tells what cannot be read, by its path', async () => {
  const directory = await folder();
  await writeFile(join(directory, 'latin-1.yml'), Buffer.from([0x61, 0xe9, 0x0a]));
  for (const [path, why] of [
    [join(directory, 'missing.yml'), 'there is no such file'],
    [directory, 'EISDIR'],
    [join(directory, 'latin-1.yml'), 'it is not UTF-8'],
  ] as const) {
    const refusal = { code: 'kong_config_invalid', message: `${path} cannot be read: ${why}.` };
    await expect(createKongConfigFile(path).read()).rejects.toMatchObject(refusal);
  }
});
