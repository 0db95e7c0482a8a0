import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import {
  checkConfiguration,
  checkHeap,
  createNode,
  heapMb,
  httpHosts,
  neededMb,
  pluginsOf,
  readSettings,
  removePlugin,
  type Settings,
  startupFailure,
} from '../../src/stand-ins/opensearch/index.ts';

const PRIVATE = `cluster.name: fountain
node.name: fountain-1
path.data: /var/lib/opensearch
path.logs: /var/log/opensearch
discovery.type: single-node
http.host: ["127.0.0.1", "127.1.2.3"]
http.port: 9200
transport.host: 127.0.0.1
plugins.security.disabled: true
`;
const TRANSPORT = ['pemcert', 'pemkey', 'pemtrustedcas']
  .map((file) => `plugins.security.ssl.transport.${file}_filepath: ${file}.pem\n`)
  .join('');
const SECURE = PRIVATE.replace('plugins.security.disabled: true\n', TRANSPORT);
const ADVICE =
  'please check that any required plugins are installed, or check the breaking changes documentation for removed settings';

test('a good opensearch.yml, with dots or nested', () => {
  expect(checkConfiguration(PRIVATE)).toBeUndefined();
  expect(checkConfiguration('cluster:\n  name: x\nnode:\n  attr:\n    rack: r1\n', undefined, [])).toBeUndefined();
  expect(checkConfiguration('', undefined, [])).toBeUndefined();
  expect(httpHosts(readSettings(PRIVATE) as Settings)).toEqual(['127.0.0.1', '127.1.2.3']);
});

test.each([
  ['foo.bar: 1', `unknown setting [foo.bar] ${ADVICE}`],
  ['clustr.name: x', 'unknown setting [clustr.name] did you mean [cluster.name]?'],
  [
    'cluster.initial_cluster_manager_nodes: [a]',
    'setting [cluster.initial_cluster_manager_nodes] is not allowed when [discovery.type] is set to [single-node]',
  ],
  ['bootstrap.memory_lock: maybe', 'Failed to parse value [maybe] for setting [bootstrap.memory_lock]'],
  ['network.host: not.here', undefined],
  ['transport.port: x', 'Failed to parse value [x] for setting [transport.port]'],
  [
    'http.max_content_length: 10',
    'failed to parse setting [http.max_content_length] with value [10] as a size in bytes: unit is missing or unrecognized',
  ],
])('with %j', (line, said) => {
  expect(checkConfiguration(`${PRIVATE}${line}\n`)).toBe(said);
});

test('YAML that is none, a setting twice, a discovery that is none, a node alone among strangers', () => {
  expect(checkConfiguration('a: b: c')).toMatch(
    /^Failed to load settings from \[opensearch.yml\]; nested: .*line 1, column/,
  );
  expect(checkConfiguration('node.name: a\nnode.name: b')).toContain("Duplicate field 'node.name'");
  expect(checkConfiguration('- a')).toContain("expected settings to start with 'object', instead was [START_ARRAY]");
  expect(checkConfiguration(PRIVATE.replace('single-node', 'alone'))).toBe('Unknown discovery type [alone]');
  const open = 'network.host: 10.0.0.1\nplugins.security.disabled: true\n';
  expect(checkConfiguration(open)).toMatch(/^\[1\] bootstrap checks failed\n\[1\]: the default discovery settings/);
  expect(checkConfiguration(`${open}discovery.seed_hosts: [10.0.0.2]\n`)).toBeUndefined();
});

test('security: files that must be there, and no such setting without the plugin', () => {
  expect(checkConfiguration(PRIVATE.replace('disabled: true', 'disabled: false'))).toContain(
    'One of Keystore and Truststore files or X.509',
  );
  expect(checkConfiguration(SECURE)).toBeUndefined();
  expect(checkConfiguration(SECURE, () => undefined)).toBe(
    'Unable to read the file pemcert.pem. Please make sure this files exists and is readable regarding to permissions',
  );
  expect(checkConfiguration(SECURE, (path) => (path.startsWith('/etc/opensearch/') ? 'x' : undefined))).toBeUndefined();
  expect(checkConfiguration(SECURE.replace(/^.*pemkey.*\n/m, ''))).toContain('Wrong Transport SSL configuration.');
  expect(checkConfiguration(`${SECURE}plugins.security.compliance.salt: short\n`)).toContain(
    'must at least contain 16 bytes',
  );
  expect(checkConfiguration(PRIVATE, undefined, ['query-insights'])).toBe(
    `unknown setting [plugins.security.disabled] ${ADVICE}`,
  );
});

test('heap: later lines win, and what the JVM refuses', () => {
  expect(heapMb('# -Xmx9g\n-Xms512m\n-Xmx512m\n')).toBe(512);
  expect(heapMb('-Xmx1g\n-Xmx2048k\n')).toBe(2);
  expect(heapMb('')).toBeUndefined();
  expect(neededMb(['-Xms1g\n-Xmx1g', '-Xms400m\n-Xmx400m'])).toBe(700);
  expect(neededMb([])).toBe(1324);
  expect(checkHeap(['-Xms2g\n-Xmx1g'])).toContain('Initial heap size set to a larger value than the maximum heap size');
  expect(checkHeap(['-Xmx1x'])).toContain('Invalid maximum heap size: -Xmx1x');
  expect(checkHeap(['-Xms1g\n-Xmx1g'])).toBeUndefined();
});

test('plugins go in the order of who extends whom', () => {
  const all = pluginsOf('3.8.0');
  expect(all).toContain('opensearch-security');
  expect(pluginsOf('2.19.6').length).toBeLessThan(all.length);
  expect(removePlugin('opensearch-ltr', all)).toEqual({ exit: 0, out: '-> removing [opensearch-ltr]...\n', err: '' });
  expect(removePlugin('opensearch-alerting', all)).toEqual({
    exit: 11,
    out: '',
    err: 'ERROR: plugin [opensearch-alerting] cannot be removed because it is extended by other plugins: [opensearch-security-analytics]\n',
  });
  expect(removePlugin('nope', all)).toMatchObject({
    exit: 78,
    err: expect.stringContaining('plugin [nope] not found; run'),
  });
  expect(removePlugin(undefined, all).exit).toBe(64);
});

test('what it says at the end, as it is in the journal', () => {
  expect(startupFailure('unknown setting [x] y', 'fountain').split('\n')).toEqual([
    'uncaught exception in thread [main]',
    'java.lang.IllegalArgumentException: unknown setting [x] y',
    'For complete error details, refer to the log at /var/log/opensearch/fountain.log',
  ]);
  expect(startupFailure('Failed to load settings from [opensearch.yml]; nested: x')).toMatch(
    /^Exception in thread "main" SettingsException/,
  );
});

async function serve(yml: string, users?: Map<string, string>) {
  const node = createNode({ version: '3.8.0', yml, ...(users ? { users } : {}) });
  const [own] = await node.listen([{ host: '127.0.0.1', port: 0 }]);
  const get = (path: string, login?: string) => {
    const headers = login ? { authorization: `Basic ${Buffer.from(login).toString('base64')}` } : {};
    return fetch(`http://127.0.0.1:${own?.port}${path}`, { headers });
  };
  return { node, get };
}

test('without security anybody gets name, version and health', async () => {
  const { node, get } = await serve(PRIVATE);
  expect(await (await get('/')).json()).toMatchObject({ name: 'fountain-1', version: { number: '3.8.0' } });
  const health = await get('/_cluster/health?wait_for_status=yellow&timeout=5s');
  expect(await health.json()).toMatchObject({ cluster_name: 'fountain', status: 'green', number_of_nodes: 1 });
  expect((await get('/_search')).status).toBe(400);
  await node.close();
});

test('with security only those whose password fits their hash', async () => {
  const users = new Map([['admin', hashSync('correct-Horse7', 4)]]);
  const { node, get } = await serve(SECURE, users);
  const statusOf = async (login?: string) => (await get('/_cluster/health', login)).status;
  expect(await Promise.all([undefined, 'admin:wrong', 'nobody:x', 'admin:correct-Horse7'].map(statusOf))).toEqual([
    401, 401, 401, 200,
  ]);
  users.set('admin', hashSync('another-Horse7', 4));
  expect(await statusOf('admin:correct-Horse7')).toBe(401);
  await node.close();
});
