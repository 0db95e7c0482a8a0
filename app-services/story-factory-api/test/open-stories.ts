import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, readSpec } from '@fountainai/service-kit';
import { type ContractClient, contractClient } from '@fountainai/service-kit/testing';
import { onTestFinished } from 'vitest';
import { buildApp } from '../src/app.ts';
import { type Kept, openPeers, type Peers } from './peers.ts';

export const folder = new URL('../', import.meta.url);

export interface StoriesUnderTest {
  client: ContractClient;
  app: Awaited<ReturnType<typeof buildApp>>['app'];
  peers: Peers;
  /** Where it keeps its files. */
  dataDir: string;
}

/** The service that production builds, on peers that the test plays, until the test ends; every answer is checked against the contract. */
export async function openStories(
  kept?: Kept,
  settings: Readonly<Record<string, string>> = {},
): Promise<StoriesUnderTest> {
  const peers = await openPeers(kept);
  const dataDir = mkdtempSync(join(tmpdir(), 'fountain-stories-'));
  const usual = { LOG_LEVEL: 'silent', DATA_DIR: dataDir, PEER_TIMEOUT_MS: '20000', ...peers.settings };
  const { app } = await buildApp(loadConfig({ ...usual, ...settings }));
  onTestFinished(async () => {
    await app.close();
    await peers.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { client: contractClient(app, await readSpec(folder)), app, peers, dataDir };
}
