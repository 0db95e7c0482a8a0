import type { Arguments } from './arguments.ts';

export interface WelcomeOptions {
  options: Arguments;
  cloudUrl: string;
  region: string;
  keyPath: string;
  /** Where images can be pushed to. */
  pushTo: string | undefined;
  logFile: string;
  dataDir: string;
}

/** What is printed when all is up: where things are, and three lines to start with. */
export function welcome({ options, cloudUrl, region, keyPath, pushTo, logFile, dataDir }: WelcomeOptions): string {
  const url = `http://127.0.0.1:${options.port}`;
  const post = (path: string, body: object) =>
    [
      `  curl -X POST "${url}${path}" -H "Content-Type: application/json"`,
      ...(options.token === undefined ? [] : ['    -H "Authorization: Bearer $CONTROL_API_TOKEN"']),
      `    -d '${JSON.stringify(body)}'`,
    ].join(' \\\n');
  return `
The sandbox is ready; Ctrl-C ends it${options.keep ? ' and keeps its state' : ''}.

  control API   ${url}
  cloud         ${cloudUrl}   faults and counts: ${cloudUrl}/_sandbox; signs certificates: ${cloudUrl}/acme/root
  default key   ${keyPath}${pushTo ? imagesLine(pushTo) : ''}
  log           ${logFile}
  DATA_DIR      ${dataDir}   (data/ in the pages of docs)

${post('/aws/lightsail/create-instance', {
  instance_name: 'apps',
  blueprint_id: 'debian_12',
  bundle_id: 'micro_3_0',
  region,
  availability_zone: `${region}a`,
})}

${post('/services/deploy-docker-app', {
  instance_name: 'apps',
  docker_image: 'ghcr.io/fountain/hello:1.0',
  ssh_key_path: keyPath,
})}

  curl "${url}/docs"   (better in a browser)

`;
}

function imagesLine(pushTo: string): string {
  const pulled = 'pulled as ghcr.io/OWNER/..., OWNER being that of github_repository in stack.yaml, in lower case';
  return `\n  images        scripts/build-images.sh ${pushTo}/OWNER   (${pulled})`;
}
