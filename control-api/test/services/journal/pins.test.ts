import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { openJournal } from '../../../src/services/journal.ts';

test('what is gone is forgotten, in its region and by its name only; the rest tells its regions', async () => {
  const journal = await openJournal(mkdtempSync(join(tmpdir(), 'journal-')), systemClock);
  onTestFinished(() => journal.close());
  const { pins } = journal;
  const pin = (identity: string, region: string | null, instanceName: string | null) =>
    pins.put({ identity, region, instanceName, address: '203.0.113.7', hostKeys: [] });
  await pin('arn:a@1', 'eu-central-1', 'a');
  await pin('arn:a@0', 'eu-central-1', 'a');
  await pin('arn:b@1', 'eu-central-1', 'b');
  await pin('arn:a@2', 'us-east-1', 'a');
  await pin('SHA256:x', null, null);
  expect((await pins.regions()).sort()).toEqual(['eu-central-1', 'us-east-1']);

  await pins.forget('eu-central-1', 'a');
  const left = await Promise.all(['arn:a@1', 'arn:a@0', 'arn:b@1', 'arn:a@2', 'SHA256:x'].map((one) => pins.get(one)));
  expect(left.map((one) => one !== undefined)).toEqual([false, false, true, true, true]);
});
