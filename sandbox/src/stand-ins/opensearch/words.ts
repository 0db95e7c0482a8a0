/** What a node prints when it does not start: the lines of its stderr, which are in the journal. */
export function startupFailure(complaint: string, clusterName = 'opensearch'): string {
  if (complaint.startsWith('Invalid ') || complaint.startsWith('Error occurred')) return complaint;
  const [first = '', ...rest] = complaint.split('\n');
  if (first.endsWith('bootstrap checks failed')) return [`ERROR: ${first}`, ...rest].join('\n');
  if (complaint.startsWith('Failed to load settings')) {
    return `Exception in thread "main" SettingsException[${complaint}]`;
  }
  const kind = EXCEPTIONS.find(([pattern]) => pattern.test(complaint))?.[1] ?? 'java.lang.IllegalArgumentException';
  return [
    'uncaught exception in thread [main]',
    `${kind}: ${complaint}`,
    `For complete error details, refer to the log at /var/log/opensearch/${clusterName}.log`,
  ].join('\n');
}

const EXCEPTIONS: readonly [RegExp, string][] = [
  [
    /SSL configuration\.|^Unable to read the file|compliance salt/,
    'java.lang.IllegalStateException: failed to load plugin class [org.opensearch.security.OpenSearchSecurityPlugin]\nLikely root cause: OpenSearchException',
  ],
  [/^BindHttpException/, 'BindHttpException'],
];

/** The package's postinst without leave to skip the demo's certificates, or a password for them. */
export const DEMO_FAILED =
  'ERROR: Something went wrong during demo configuration installation. Please see the logs in /var/log/opensearch/install_demo_configuration.log';
