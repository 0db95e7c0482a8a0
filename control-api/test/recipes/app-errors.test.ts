import { expect, test } from 'vitest';
import { explainCrash, explainHealth } from '../../src/recipes/app/errors.ts';

const url = 'http://172.26.3.4:8101/health';
const after = (reading: string) => `${reading}\nnot healthy after 120 s\n{"id":"x","status":"running","restarts":0}\n`;

test.each([
  ['nothing listens', `running, ${url} answers 000`, /another port than 8101 of the container, send container_port/],
  ['the path is none', `running, ${url} answers 404`, /^Mend the image, its environment or health_path/],
  ['it ended', 'exited (1)', /^Mend the image/],
])('of an app that runs, and is not healthy as %s, the hint says what to look at', (_, reading, hint) => {
  expect(explainHealth('apps', url, after(reading)).hint).toMatch(hint);
});

test.each([
  ['b'.repeat(64), `"to": "${'b'.repeat(64)}"`],
  [undefined, 'GET /services/docker-apps'],
])('of an app that ended after it took over, the hint says how to go back', (old, way) => {
  const { hint } = explainCrash('apps', old, after('stopped'));
  expect(hint).toContain('POST /services/rollback-docker-app with "name": "apps"');
  expect(hint).toContain(way);
});
