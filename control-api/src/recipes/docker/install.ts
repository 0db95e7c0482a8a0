import type { Step } from '../../lib/command.ts';
import { aptInstall, aptUpdate } from '../apt.ts';
import { type BaseFacts, missingPackages } from '../base/facts.ts';
import artefacts from '../vendor-artefacts.json' with { type: 'json' };

/** `distribution`: the system's own docker.io; `docker-ce`: from Docker's repository. */
export type DockerSource = 'distribution' | 'docker-ce';

const KEY_FILE = '/etc/apt/keyrings/docker.asc';
const SOURCE_FILE = '/etc/apt/sources.list.d/docker.sources';

/** Installs the engine. The lists are read anew, unless the base recipe does so in the same plan. */
export function installDocker(source: DockerSource, host: BaseFacts): Step[] {
  if (source === 'docker-ce') return installDockerCe(host);
  return [...(missingPackages(host).length > 0 ? [] : [aptUpdate()]), aptInstall(['docker.io'])];
}

/** docs.docker.com/engine/install: key, deb822 source, packages. It conflicts with docker.io: never mixed. */
function installDockerCe({ system, codename, architecture }: BaseFacts): Step[] {
  const { packages, distributions } = artefacts['docker-ce'];
  const { key_url, repository } = system.startsWith('ubuntu') ? distributions.ubuntu : distributions.debian;
  const source = [
    'Types: deb',
    `URIs: ${repository}`,
    `Suites: ${codename}`,
    'Components: stable',
    `Architectures: ${architecture}`,
    `Signed-By: ${KEY_FILE}`,
  ];
  const download = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', '60'];
  return [
    {
      name: "Fetch the key of Docker's repository",
      effect: 'change',
      action: { verb: 'run', argv: ['curl', ...download, '--create-dirs', '--output', KEY_FILE, key_url] },
      timeoutS: 240,
    },
    {
      name: "Add Docker's repository",
      effect: 'change',
      action: { verb: 'write_file', path: SOURCE_FILE, mode: '644', content: `${source.join('\n')}\n` },
      timeoutS: 20,
    },
    aptUpdate(),
    aptInstall(packages),
  ];
}
