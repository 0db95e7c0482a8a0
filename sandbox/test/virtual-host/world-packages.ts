import { vendorSettings } from '../../src/virtual-host/vendors.ts';
import type { TestRecord } from './records.ts';
import type { TestHost } from './world.ts';

export const KEY = '/etc/apt/keyrings/opensearch.asc';
export const SOURCE = '/etc/apt/sources.list.d/opensearch.sources';
export const DEB = '/var/cache/fountain/kong_3.9.3.deb';

const settings = vendorSettings as Record<string, string>;

export const file = (path: string, stdin: string, mode = '644'): TestRecord => ({
  verb: 'write_file',
  words: [path, mode],
  stdin,
});

export const curl = (output: string, url = ''): string[] => [
  ...['curl', '--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', '900'],
  ...['--create-dirs', '--output', output, url],
];

export const update = ['apt-get', 'update'];
export const install = (...words: string[]): string[] => ['apt-get', '-y', 'install', ...words];

/** OpenSearch's archive is among the sources, and its lists are read. */
export async function withSource(host: TestHost, url = settings.OPENSEARCH_APT_URL): Promise<void> {
  const source = `Types: deb\nURIs: ${url}\nSuites: stable\nComponents: main\nSigned-By: ${KEY}\n`;
  const { done, out } = await host.send({
    records: [{ words: curl(KEY, settings.OPENSEARCH_APT_KEY_URL) }, file(SOURCE, source), { words: update }],
  });
  if (done !== 'ok') throw new Error(out);
}

/** Runs an installation with an environment; gives its exit code and what it said. */
export async function installWith(host: TestHost, environment: string[], ...words: string[]) {
  const { ends } = await host.send({ records: [{ words: install(...words), environment, timeoutS: 600 }] });
  return ends[0] ?? { exit: -1, output: '' };
}

export const PRIVATE = ['DISABLE_INSTALL_DEMO_CONFIG=true', 'DISABLE_SECURITY_PLUGIN=true'];

export async function withOpensearch(host: TestHost, version = '3.8.0'): Promise<void> {
  await withSource(host);
  const { exit, output } = await installWith(host, PRIVATE, `opensearch=${version}`);
  if (exit !== 0) throw new Error(output);
}

export const OPENSEARCH_YML = (privateIp: string, more = 'plugins.security.disabled: true\n') =>
  `cluster.name: fountain\nnode.name: fountain-1\npath.data: /var/lib/opensearch\npath.logs: /var/log/opensearch\n` +
  `discovery.type: single-node\nhttp.host: ["127.0.0.1", "${privateIp}"]\nhttp.port: 9200\ntransport.host: 127.0.0.1\n${more}`;

export async function withKong(host: TestHost): Promise<void> {
  const { done, out } = await host.send({
    records: [{ words: curl(DEB, settings.KONG_DEB_URL) }, { words: update }, { words: install(DEB), timeoutS: 600 }],
  });
  if (done !== 'ok') throw new Error(out);
}

export const KONG_CONF = `database = off
declarative_config = /etc/kong/kong.yml
proxy_listen = 0.0.0.0:80 reuseport backlog=16384, 0.0.0.0:443 http2 ssl reuseport backlog=16384
admin_listen = 127.0.0.1:8001
status_listen = 127.0.0.1:8007
plugins = key-auth,cors
`;
export const KONG_YML = '_format_version: "3.0"\nservices:\n- name: hello\n  url: http://127.0.0.1:8080\n';
