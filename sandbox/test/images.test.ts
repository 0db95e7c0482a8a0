import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type Behaviour, type ImageInput, parseForRegistry, shippedImages } from '../src/images.ts';
import { machineImageSchema, startScript } from '../src/machines/registry/image.ts';
import { createRegistry } from '../src/virtual-host/docker/registry.ts';

const reference = 'ghcr.io/user/repo/my-app:1.0';
const virtual = (image: unknown) => createRegistry().put(image);
const machine = (image: unknown) => parseForRegistry(machineImageSchema, image);

test.each<ImageInput>([
  ...shippedImages,
  { reference },
  { reference, healthcheck: true, behaviour: { type: 'healthy', afterReadings: 2 } },
  { reference, behaviour: { type: 'crashes', exit: 3, logs: ['no'] } },
  { reference, behaviour: { type: 'crashes_after', readings: 3 } },
  { reference, behaviour: { type: 'oom' } },
  { reference, architectures: ['amd64', 'arm64'], credentials: { username: 'me', token: 'right' } },
])('both registries take %j', (image) => {
  virtual(image);
  machine(image);
});

test.each([
  [{}],
  [{ repository: 'ghcr.io/user/app', tag: '1' }],
  [{ reference, behaviour: 'oom' }],
  [{ reference, behaviour: { type: 'explodes' } }],
  [{ reference, architectures: [] }],
  [{ reference, colour: 'red' }],
  ['image'],
])('both refuse %j with a TypeError', (image) => {
  expect(() => virtual(image)).toThrow(TypeError);
  expect(() => machine(image)).toThrow(TypeError);
});

test.each([
  [{ reference: 'docker.io/user/app:1' }],
  [{ reference: 'ghcr.io/user/app' }],
  [{ reference: 'ghcr.io/user//app:1' }],
  [{ reference: 'ghcr.io/User/app:1' }],
  [{ reference, sizeMb: 20 }],
  [{ reference, process: { command: ['node'] } }],
])('machines, whose images are real, refuse %j', (image) => {
  expect(() => machine(image)).toThrow(TypeError);
});

test('a machine’s image has its name taken apart', () => {
  expect(machine({ reference })).toMatchObject({ repository: 'user/repo/my-app', tag: '1.0' });
});

test.each<[Behaviour, { status: number; stdout: string }]>([
  [
    { type: 'crashes', exit: 3, logs: ["can't $start"] },
    { status: 3, stdout: "can't $start\n" },
  ],
  [
    { type: 'crashes_after', readings: 0.01, exit: 4, logs: ['one', 'two'] },
    { status: 4, stdout: 'one\ntwo\n' },
  ],
])('what runs in a machine’s container does what %j says', (behaviour, said) => {
  const shell = `httpd() { true; }\n${startScript(behaviour)}`;
  expect(spawnSync('sh', ['-c', shell], { encoding: 'utf8' })).toMatchObject(said);
});

test.each<Behaviour>([
  { type: 'healthy', afterReadings: 0 },
  { type: 'healthy', afterReadings: 2 },
  { type: 'never_healthy' },
  { type: 'oom', afterReadings: 1, logs: ['starting'] },
])('what runs in a machine’s container is a program: %j', (behaviour) => {
  expect(spawnSync('sh', ['-n', '-c', startScript(behaviour)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});
