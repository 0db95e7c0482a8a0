import { expect, test } from 'vitest';
import { explainCrash, explainHealth, explainRun } from '../../src/recipes/app/errors.ts';

const url = 'http://172.26.3.4:8101/health';
const after = (reading: string) => `${reading}\nnot healthy after 120 s\n{"id":"x","status":"running","restarts":0}\n`;

test.each([
  ['nothing listens', `running, ${url} answers 000`, /another port than 8101 of the container, send container_port/],
  ['the path is none', `running, ${url} answers 404`, /^Mend the image, its environment or health_path/],
  ['it ended', 'exited (1)', /^Mend the image/],
])('of an app that runs, and is not healthy as %s, the hint says what to look at', (_, reading, hint) => {
  expect(explainHealth('apps', url, after(reading)).hint).toMatch(hint);
});

test('of an app that ended after it took over, it is told that the one before was started again', () => {
  const { message, hint } = explainCrash('apps', after('stopped'));
  expect(message).toContain('took over from the release before, and ended, or is not healthy any more since; that one');
  expect(hint).toMatch(/^GET \/services\/docker-apps shows what runs now/);
});

test("of a port that another program has, Docker's words are told, without the id of the container that it made", () => {
  const id = 'e'.repeat(64);
  const said = 'docker: Error response from daemon: Bind for 172.26.0.5:8080 failed: port is already allocated.';
  expect(explainRun('apps', `${id}\n${said}\n`)).toMatchObject({
    code: 'port_taken',
    message: `Port 8080 of the host is in use already: ${said}`,
  });
});
