import { pathToFileURL } from 'node:url';
import { printYaml } from '../control-api/src/recipes/kong/generate/print.ts';
import { readCommittedStack } from './committed-stack.ts';
import { gatewayForCompose, KONG_FILE } from './compose/gateway.ts';
import { composeModel } from './compose/model.ts';
import { keepFiles } from './generated-files.ts';

/** What compose.yaml is to be: the stack of deploy-manifests on a developer's own computer. */
export async function committedCompose(): Promise<string> {
  return printYaml(composeModel(await readCommittedStack()), COMPOSE_COMMENT);
}

/** What kong/compose.kong.yml is to be: the gateway of compose.yaml. */
export async function committedComposeKong(): Promise<string> {
  return printYaml(gatewayForCompose(await readCommittedStack()), KONG_COMMENT);
}

const COMPOSE_COMMENT = ` Generated from deploy-manifests: change those, not this (npm run compose:generate). The stack on a developer's own computer,
 reached from there alone: docs/compose.md.`;

const KONG_COMMENT = ` Generated from deploy-manifests and each app's openapi.yaml: change those, not this (npm run compose:generate).
 For compose.yaml: as kong.yml, but below "localhost", with the names of containers as targets and one consumer, whose key is
 no secret.`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await keepFiles('npm run compose:generate', [
    { path: 'compose.yaml', make: committedCompose },
    { path: KONG_FILE, make: committedComposeKong },
  ]);
}
