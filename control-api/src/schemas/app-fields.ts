import { z } from 'zod';

/** The capabilities that Docker grants by default (docs.docker.com/engine/containers/run); more is never given. */
const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/**
 * A secret reaches docker's client through its environment, where these names would steer bash or that client, or are
 * bash's own. bash(1), Shell Variables.
 */
const STEERING =
  /^(PATH|HOME|ENV|_|BASH.*|SHELLOPTS|SHLVL|EXECIGNORE|PIPESTATUS|POSIXLY_CORRECT|LD_.*|DOCKER_.*|UID|EUID|PPID)$/;

export const envNameSchema = z
  .string()
  .max(128, 'is too long')
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable')
  .meta({ description: 'Name of a variable', example: 'LOG_LEVEL' });

export const secretNameSchema = envNameSchema
  .refine((name) => !STEERING.test(name), 'is a name that the shell or the Docker client uses itself: send it in env')
  .meta({ description: 'Name of a secret variable', example: 'API_KEY' });

/** Linux limits one argument of a program to 128 KiB, with the name. */
export const envValueSchema = z
  .string()
  .max(32_768, 'is longer than 32768 characters')
  .regex(/^[^\0]*$/, 'takes no NUL character')
  .meta({ description: 'Value of a variable', example: 'info' });

export const volumeSchema = z
  .string()
  .max(512, 'is too long')
  .superRefine((volume, context) => {
    const complaint = complainAbout(volume);
    if (complaint) context.addIssue({ code: 'custom', message: complaint });
  })
  .meta({ description: 'name:/path or name:/path:ro', example: 'my-app-data:/data' });

/** The characters of RFC 3986 paths and queries, without those that curl expands. */
export const healthPathSchema = z
  .string()
  .max(512, 'is too long')
  .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, 'is no path such as /health')
  .meta({
    description: 'Path that answers 2xx when it is healthy; an image’s HEALTHCHECK goes before it',
    example: '/health',
  });

export const capabilitySchema = z
  .enum(CAPABILITIES, { error: `is none of ${CAPABILITIES.join(', ')}` })
  .meta({ description: 'A Linux capability without CAP_', example: 'NET_BIND_SERVICE' });

function complainAbout(volume: string): string | undefined {
  const [name = '', path = '', mode, ...more] = volume.split(':');
  if (/docker\.sock/.test(volume)) {
    return 'would hand over the Docker socket, and with it the host: give the app what it needs by its own API';
  }
  if (/^[./~\\]/.test(name)) return 'names a path of the host; take a named volume, such as my-app-data:/data';
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/.test(name)) return 'needs the name of a volume first: my-app-data:/data';
  if (!/^\/[A-Za-z0-9._@%+=/-]+$/.test(path)) return 'needs an absolute path in the container: my-app-data:/data';
  if (path.split('/').some((part) => part === '..' || part === '.') || /^\/+$/.test(path))
    return 'has a path with . or ..';
  if ((mode !== undefined && mode !== 'ro') || more.length > 0) return 'takes only :ro after the path';
  return undefined;
}
