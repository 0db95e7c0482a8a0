import { renderKongConfig } from '../../../src/recipes/kong/config.ts';
import type { KongWish } from '../../../src/recipes/kong/kong.ts';

/** A small configuration; `name` stands in it, so that two of them differ. */
export function configText(name: string): string {
  return [
    '_format_version: "3.0"',
    'services:',
    `  - name: ${name}-service`,
    '    url: http://127.0.0.1:8101',
    '    routes:',
    `      - name: ${name}-route`,
    '        hosts: [a.example]',
    'plugins: [{ name: key-auth }]',
    '',
  ].join('\n');
}

/** What deploy-kong wishes, from what a case's file says of it. */
export function kongWish({ config = 'a', ...changes }: Record<string, unknown> = {}): KongWish {
  const rendered = renderKongConfig(configText(config as string), 'kong.yml', undefined);
  return { version: '3.9.3', deb: undefined, config: rendered, ...changes };
}
