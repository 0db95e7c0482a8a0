import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/lib/secret.ts';
import { deployOpensearchBodySchema, opensearchResultSchema } from '../../src/schemas/opensearch.ts';

const body = { instance_ip: '1.2.3.4', ssh_key_path: '/path/to/ssh_key' };
const PASSWORD = 'correct-Horse7-battery';

test('the source document’s body is whole, and private', () => {
  expect(deployOpensearchBodySchema.parse(body)).toEqual({ ...body, security: 'private' });
});

test('the password is a secret from here on', () => {
  const parsed = deployOpensearchBodySchema.parse({ ...body, security: 'tls', admin_password: PASSWORD });
  expect(parsed.admin_password).toBeInstanceOf(Secret);
  expect(JSON.stringify(parsed)).not.toContain('Horse7');
});

describe('a body is refused where it cannot be meant so', () => {
  const tls = (admin_password: string) => ({ security: 'tls', admin_password });
  test.each<[object, string, string]>([
    [{ heap_mb: 255 }, 'heap_mb', 'too small'],
    [{ heap_mb: 31_745 }, 'heap_mb', 'at most 31744'],
    [{ heap_mb: 512.5 }, 'heap_mb', ''],
    [{ heap_mb: '512' }, 'heap_mb', ''],
    [{ version: 'latest' }, 'version', 'no version'],
    [{ version: '3.8' }, 'version', 'no version'],
    [{ version: '3.8.0; reboot' }, 'version', 'no version'],
    [{ version: '3.8.0=1' }, 'version', 'no version'],
    [{ security: 'none' }, 'security', 'neither private nor tls'],
    [{ admin_password: PASSWORD }, 'admin_password', 'for security tls only'],
    [tls('aB3$xyz'), 'admin_password', 'password too weak'],
    [tls('correct-horse7-battery'), 'admin_password', 'password too weak'],
    [tls('CORRECT-HORSE7-BATTERY'), 'admin_password', 'password too weak'],
    [tls('correct-Horse-battery'), 'admin_password', 'password too weak'],
    [tls('correctHorse7battery'), 'admin_password', 'password too weak'],
    [tls('Password1!'), 'admin_password', 'easily guessed'],
    [tls(`aB3$${'xk'.repeat(49)}`), 'admin_password', 'too long'],
    [tls('correct Horse7-battery'), 'admin_password', 'printable'],
    [tls('correct-Horse7-bättery'), 'admin_password', 'printable'],
    [tls('correct-Horse7-\nbattery'), 'admin_password', 'printable'],
    [{ instance_ip: undefined }, 'instance_ip', 'is missing'],
    [{ cluster: 'x' }, '', 'cluster'],
  ])('%j', (change, path, says) => {
    const { error } = deployOpensearchBodySchema.safeParse({ ...body, ...change });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(error?.issues.map(({ message }) => message).join('; ')).toContain(says);
  });
});

test('every field says what it is, with an example', () => {
  for (const schema of [deployOpensearchBodySchema, opensearchResultSchema]) {
    const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    for (const [name, field] of Object.entries(properties ?? {})) {
      expect(field, name).toMatchObject({ description: expect.any(String), example: expect.anything() });
    }
  }
});
