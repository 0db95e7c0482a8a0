import { VERSION } from '../../stand-ins/kong/index.ts';
import type { DebSource } from './deb.ts';
import type { Programs } from './programs.ts';

export function kongSource(architecture: string, programs: Programs): DebSource {
  return {
    name: 'kong',
    version: VERSION,
    architecture,
    description: 'stand-in for Kong, of use on machines of the sandbox only',
    // The real one's, all of Debian 12.
    depends: ['ca-certificates', 'libpcre3', 'perl', 'libyaml-0-2'],
    folder: new URL('kong', import.meta.url).pathname,
    files: {
      '/usr/local/share/kong/kong.mjs': programs.kong,
      '/usr/local/share/kong/nginx.mjs': programs.nginx,
    },
    folders: ['/usr/local/kong/include'],
    links: {},
  };
}
