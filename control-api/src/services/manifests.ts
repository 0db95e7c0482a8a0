import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { appNameSchema } from '../schemas/app.ts';
import { openApiSchema } from '../schemas/kong-extensions.ts';
import { appManifestSchema, type Stack, type StackApp, stackManifestSchema } from '../schemas/manifest.ts';
import { type CheckedYaml, checkYaml, type FileProblem, listProblems } from './yaml-file.ts';

export interface Manifests {
  /** What they say now. @throws {AppError} manifest_invalid, with a detail {file, line, field, message} per problem */
  read(): Promise<Stack>;
}

interface Folders {
  /** Absolute path of the folder with stack.yaml and apps/. */
  stackDir: string;
  /** Absolute path of the folder with APP/openapi.yaml. */
  specsDir: string;
}

type Checked<T> = Extract<CheckedYaml<T>, { value: T }>;
type CheckedApp = Checked<z.output<typeof appManifestSchema>> & { name: string; spec: StackApp['spec'] };

/** What is deployed where. Read at every call, so that an edited file needs no restart. */
export function createManifests({ stackDir, specsDir }: Folders): Manifests {
  return {
    async read() {
      const problems: FileProblem[] = [];
      const good = <T>(checked: CheckedYaml<T>): Checked<T> | undefined => {
        if ('value' in checked) return checked;
        problems.push(...checked.problems);
        return undefined;
      };
      const stack = good(await checkFile(join(stackDir, 'stack.yaml'), stackManifestSchema));
      const apps = (await appNames(join(stackDir, 'apps'), problems)).map(async (name) => {
        const app = good(await checkFile(join(stackDir, 'apps', `${name}.yaml`), appManifestSchema));
        const spec = good(await checkFile(join(specsDir, name, 'openapi.yaml'), openApiSchema));
        if (!app || !spec) return [];
        problems.push(...differentName(app, spec));
        return [{ ...app, name, spec: spec.value }];
      });
      const checked = (await Promise.all(apps)).flat();
      problems.push(...sharedNames(checked, stack?.value.dns ?? []));
      if (stack) problems.push(...portsOfKong(checked, stack.value));
      if (!stack || problems.length > 0) throw invalid(problems);
      const image = imagesOf(stack.value);
      const whole = ({ value, name, spec }: CheckedApp) => ({
        ...value,
        image: value.image ?? image(name),
        name,
        spec,
      });
      return { manifest: stack.value, apps: checked.map(whole) };
    },
  };
}

async function checkFile<T>(file: string, schema: z.ZodType<T>): Promise<CheckedYaml<T>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    return checkYaml(text, schema, { file });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons = { ENOENT: 'is not there', ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8' };
    const message = reasons[code as keyof typeof reasons] ?? `cannot be read: ${code}`;
    return { problems: [{ file, line: 1, field: '', message }] };
  }
}

/** The names of the app's files, sorted. A file that would be passed over in silence is a problem. */
async function appNames(folder: string, problems: FileProblem[]): Promise<string[]> {
  const complain = (file: string, message: string) => problems.push({ file, line: 1, field: '', message });
  const files = await readdir(folder).catch(() => []);
  const names = files.sort().flatMap((file) => {
    if (file.startsWith('.') || file === 'README.md') return [];
    const name = file.replace(/\.yaml$/, '');
    if (name === file) complain(join(folder, file), 'is not called NAME.yaml');
    else if (!appNameSchema.safeParse(name).success) complain(join(folder, file), 'is not called as an app can be');
    else return [name];
    return [];
  });
  if (names.length === 0) complain(folder, 'has no manifest of an app');
  return names;
}

/** What decK would call the service is what the manifest calls it. */
function differentName(app: Checked<{ kong: string }>, spec: Checked<StackApp['spec']>): FileProblem[] {
  const name = spec.value['x-kong-name'];
  if (name === undefined || name === app.value.kong) return [];
  return [spec.problemAt(['x-kong-name'], `is ${name}, but the manifest of the app says ${app.value.kong}`)];
}

/** What only one app can have. */
function sharedNames(apps: readonly CheckedApp[], dns: readonly string[]): FileProblem[] {
  const taken = new Map(dns.map((label) => [`host ${label}`, 'stack.yaml, in dns']));
  return apps.flatMap((app) => {
    const { host, kong, ports, volumes } = app.value;
    const claims: [path: (string | number)[], claim: string][] = [
      [['host'], `host ${host}`],
      [['kong'], `kong ${kong}`],
      ...ports.map((port, index): [(string | number)[], string] => [['ports', index], `port ${port}`]),
      ...volumes.flatMap((volume, index): [(string | number)[], string][] =>
        volume.endsWith(':ro') ? [] : [[['volumes', index], `volume ${volume.replace(/:.*/, '')}`]],
      ),
    ];
    return claims.flatMap(([path, claim]) => {
      const owner = taken.get(claim);
      if (owner !== undefined) return [app.problemAt(path, `is taken: ${claim} is that of ${owner}`)];
      taken.set(claim, `apps/${app.name}.yaml`);
      return [];
    });
  });
}

/** Its proxy, admin and status ports, and those that it would have by default. */
const PORTS_OF_KONG = [80, 443, 8000, 8001, 8002, 8003, 8004, 8005, 8006, 8007, 8443, 8444];

function portsOfKong(apps: readonly CheckedApp[], { instances }: Stack['manifest']): FileProblem[] {
  if (instances.apps.name !== instances.kong.name) return [];
  return apps.flatMap((app) =>
    app.value.ports.flatMap((port, index) =>
      PORTS_OF_KONG.includes(port)
        ? [app.problemAt(['ports', index], 'is that of Kong, and instances.apps is its instance')]
        : [],
    ),
  );
}

/** Where the repository's own workflow pushes an app's image: in names of images, GHCR wants the owner in lower case. */
function imagesOf({ github_repository }: Stack['manifest']): (name: string) => string {
  const [owner = ''] = github_repository.toLowerCase().split('/');
  return (name) => `ghcr.io/${owner}/${name}`;
}

function invalid(problems: readonly FileProblem[]): AppError {
  const details = problems.map((problem) => ({ ...problem }));
  return new AppError('manifest_invalid', `The manifests do not fit: ${listProblems(problems)}`, { details });
}
