import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageText, parseImage } from '../../src/lib/image-reference.ts';

const HEX = '0123456789abcdef'.repeat(4);

describe('parseImage', () => {
  test.each([
    ['nginx', { registry: 'docker.io', repository: 'nginx', tag: 'latest', digest: null, name: 'nginx' }],
    ['docker.io/library/nginx:1.27', { registry: 'docker.io', repository: 'nginx', tag: '1.27' }],
    ['index.docker.io/user/app', { registry: 'docker.io', repository: 'user/app' }],
    [
      'ghcr.io/user/repo/my-app:latest',
      { registry: 'ghcr.io', repository: 'ghcr.io/user/repo/my-app', name: 'my-app' },
    ],
    ['localhost/app', { registry: 'localhost', repository: 'localhost/app' }],
    ['registry.example:5000/a__b/c.d-e--f:V1', { registry: 'registry.example:5000', tag: 'V1', name: 'c.d-e--f' }],
    [`ghcr.io/user/app@sha256:${HEX}`, { tag: null, digest: HEX, repository: 'ghcr.io/user/app' }],
    [`ghcr.io/user/app:1@sha256:${HEX}`, { tag: '1', digest: HEX }],
  ])('takes %s apart', (text, wanted) => {
    expect(parseImage(text)).toMatchObject(wanted);
  });

  test.each([
    ['', 'expected'],
    ['Nginx', 'lower-case'],
    ['ghcr.io/User/app', 'lower-case'],
    ['ghcr.io/user//app', 'empty'],
    ['/etc/passwd', 'empty'],
    ['ghcr.io/user/app:', 'a tag has'],
    ['ghcr.io/user/app:a b', 'a tag has'],
    ['ghcr.io/user/app:-x', 'a tag has'],
    ['ghcr.io/user/a..b', 'lower-case'],
    ['-ghcr.io/user/app', 'not a registry host'],
    ['--privileged', 'lower-case'],
    ['https://ghcr.io/user/app', 'not a registry host'],
    ['ghcr.io/user/app@sha256:12', 'a digest is'],
    [`ghcr.io/user/app@md5:${HEX}`, 'a digest is'],
    [`a@sha256:${HEX}@sha256:${HEX}`, 'expected'],
    [HEX, 'image id'],
    [`a/${'b'.repeat(300)}`, 'longer'],
    ['app;reboot', 'lower-case'],
    ['app$(reboot)', 'lower-case'],
    ['app\nnext', 'lower-case'],
  ])('refuses %j', (text, why) => {
    expect(() => parseImage(text)).toThrow(why);
  });

  test('accepts nothing but words that no shell, option parser or URL could misread', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aB0.-_/:@ $;\'"\n&{}\\*?'), maxLength: 30 }), (text) => {
        let image: ReturnType<typeof parseImage>;
        try {
          image = parseImage(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
          return;
        }
        expect(imageText(image)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/);
        expect(parseImage(imageText(image))).toEqual(image);
      }),
      { numRuns: 2000 },
    );
  });
});
